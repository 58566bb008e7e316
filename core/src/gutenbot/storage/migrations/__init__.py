"""The schema of core, one file a step, in `versions`. Alembic runs them, `storage.migrate` decides when."""
