"""The turn loop in a simulated world: several workers, one database, faults by seed, every run the same again."""
