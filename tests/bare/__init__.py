"""Libraries as their users drive them, to hold our adapters against."""
