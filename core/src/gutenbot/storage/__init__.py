"""Where the truth is kept. Only this package knows a database driver; the port is `port.py`, the records are `rows.py`."""
