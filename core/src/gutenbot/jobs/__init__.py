"""Long work in small steps, which survives the end of the process, can be paused, and says how far it is. See `jobs.py`."""
