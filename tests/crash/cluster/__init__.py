"""Three workers on one PostgreSQL are killed, frozen and cut off under load: `make cluster-crash`."""
