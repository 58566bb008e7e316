"""Measures Gutenbot against floors that are measured in the same run: `make bench`, or `python -m bench.run`."""
