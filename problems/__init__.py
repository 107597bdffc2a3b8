"""Problems: a file holds one family of problems."""
