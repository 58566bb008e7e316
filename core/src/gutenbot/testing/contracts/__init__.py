"""Suites of tests that every implementation of a port must pass, ours and yours."""
