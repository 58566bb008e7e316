"""Gutenbot: bots in Python. The names that bot authors use."""
