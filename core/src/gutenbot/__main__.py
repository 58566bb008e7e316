"""`python -m gutenbot` is the same as `gutenbot`."""

from gutenbot.cli import main

main()
