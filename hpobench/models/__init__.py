"""Numerics that several strategies use, such as the Gaussian process."""
