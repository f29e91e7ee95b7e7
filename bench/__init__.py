"""Benchmarks that compare with the raw engine, and with an empty view, in the same run. `make bench`."""
