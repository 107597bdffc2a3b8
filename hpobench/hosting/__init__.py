"""Hosting: strategies run in another interpreter, which has their library, asked over pipes.

This file imports nothing, because the other interpreter imports `server`, and has only numpy.
"""
