"""The promises of the README that need no crash to be seen: P2, P3, P6 to P9. The others: `make crash`."""
