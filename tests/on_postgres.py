"""`python -m tests.on_postgres`: the tests of bots, turns and channels once more, on a PostgreSQL server of their own."""

import os
import subprocess
import sys

from core.tests.storage.postgres.servers import Server

from gutenbot.testing.database import SERVER

PARTS = ("core/tests/turns", "core/tests/dialogs", "core/tests/testing", "modules", "examples")
"""What uses a database only through the app. Tests of the storage itself run on both engines anyway."""


def main(arguments: list[str]) -> int:
    """Runs pytest; returns its exit code."""
    server = Server()
    try:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            os.environ.get("WORKERS", "2"),
            "--dist",
            "loadfile",
            "--max-worker-restart",
            "0",
        ]
        if seed := os.environ.get("SEED", ""):
            command.append(f"--randomly-seed={seed}")
        environ = {**os.environ, SERVER: server.url}
        return subprocess.run([*command, *(arguments or PARTS)], env=environ, check=False).returncode
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
