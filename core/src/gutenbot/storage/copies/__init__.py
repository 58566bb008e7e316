"""Whole databases as neutral rows: backups, restoring them on either engine, and moving from SQLite to PostgreSQL.

Both engines are read into the same plain values (`values.py`), so that a checksum of a table is the same on both. Nothing
here knows what the tables mean: which ones belong to a history of migrations is found out by running it (`owners.py`).
"""
