"""Problems: one family to a file."""
