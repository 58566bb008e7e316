"""The command line. Each command is a file here, imported only when it runs: `gutenbot --help` is there at once."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """The `gutenbot` command."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    from gutenbot.cli import supervise

    if supervise.wanted(given):
        sys.exit(supervise.run(given))
    from gutenbot.cli.root import run

    sys.exit(run(given))
