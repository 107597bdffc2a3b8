"""Results at a URL: a folder of this machine mirrors them, and packs of its runs are handed in."""
