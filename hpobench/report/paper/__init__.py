"""A report as a whole LaTeX document, with its references, and with the checklists of venues."""
