"""The tables for who looks closer: other measures, other tests, and what strategies add up to."""
