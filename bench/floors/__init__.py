"""What the same HTTP server does without Gutenbot: the floors that figures are compared to."""
