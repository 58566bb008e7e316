"""Tests over the whole repository."""
