"""Numerics that strategies share."""
