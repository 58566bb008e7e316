"""What a module is, and how modules are found, ordered and loaded."""
