"""The page: one HTML file that is read without a script and explored with one."""
