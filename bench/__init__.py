"""Benchmarks: figures as ratios measured in one run, printed as a table (`make bench`). Never part of the
tests.
"""
