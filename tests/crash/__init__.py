"""Kills the server at every point of a turn, under load, and checks every promise: `make crash`."""
