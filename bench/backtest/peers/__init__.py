"""One program for each engine, run by the interpreter of that engine's own environment: it answers requests
of the benchmark over pipes (see `serve`).
"""
