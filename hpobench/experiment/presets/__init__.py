"""Experiments by name: TOML files."""
