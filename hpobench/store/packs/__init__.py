"""Packs are Parquet files of sealed runs: a row for each run, with the bytes of its file."""
