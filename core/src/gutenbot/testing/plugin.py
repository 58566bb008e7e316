"""Gutenbot's fixtures for pytest."""
