"""The documentation is tested: its code runs, its commands exist, its links lead somewhere."""
