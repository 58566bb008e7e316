"""A database in memory that keeps the storage contract with the semantics of PostgreSQL: leases, fences, lost answers."""
