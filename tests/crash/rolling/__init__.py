"""A rolling deploy: workers of an older release and of this one on one database, under load (DEP-03)."""
