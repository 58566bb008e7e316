"""`python -m gutenbot`: the command line."""

from gutenbot.cli import main

if __name__ == "__main__":
    main()
