"""The whole API, tried out from outside."""
