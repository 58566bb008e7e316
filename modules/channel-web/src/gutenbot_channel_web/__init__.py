"""The web chat: a channel for browsers."""
