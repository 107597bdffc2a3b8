"""Runs on the workers of a Dask cluster that exists; only this folder imports `distributed`."""
