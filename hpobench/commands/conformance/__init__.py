"""The conformance suite: what a strategy and a problem promise, and whether they keep it."""
