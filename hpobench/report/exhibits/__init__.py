"""Figures for papers, of the numbers that tables of the report have already."""
