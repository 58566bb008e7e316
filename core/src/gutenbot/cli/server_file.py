"""Where the running server of a project is: a file beside its database, readable by its owner only.

Commands use it, for the database belongs to the server while it runs.
"""

import json
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from gutenbot.cli.workers import LISTENER
from gutenbot.kernel.errors import GutenbotError, Temporary, UserMistake

if TYPE_CHECKING:
    from urllib import error as url_error

NAME = "server.json"
TIME_LIMIT_S = 40
_PIECE = 1 << 20


class ServerGone(Temporary):
    """The server at {url} does not answer ({reason}). Start it with `gutenbot dev` or `gutenbot serve`."""

    code = "cli.server-gone"


class Refused(UserMistake):
    """The server refused: {detail}"""

    code = "cli.refused"


class Client:
    """Talks to a running server."""

    def __init__(self, url: str, key: str = "") -> None:
        self.url = url
        self._key = key

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the answer. Raises `ServerGone` and `Refused`."""
        text = self.send(method, path, None if body is None else json.dumps(body).encode(), "application/json")
        return json.loads(text) if text else None

    def send(self, method: str, path: str, data: bytes | None, kind: str = "application/octet-stream") -> bytes:
        """The bytes of the answer to a body of this media type. Raises `ServerGone` and `Refused`."""
        return b"".join(self.pieces(path, method, data, kind))

    def pieces(
        self, path: str, method: str = "GET", data: bytes | None = None, kind: str = "application/octet-stream"
    ) -> Iterator[bytes]:
        """The same in pieces, however long it is."""
        from urllib import error as url_error  # commands talk to a server: the server itself does not
        from urllib import request as url_request

        headers = {"content-type": kind}
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        wanted = url_request.Request(f"{self.url}{path}", data, headers, method=method)  # noqa: S310 - our own server
        try:
            with url_request.urlopen(wanted, timeout=TIME_LIMIT_S) as answer:  # noqa: S310
                while piece := answer.read(_PIECE):
                    yield piece
        except url_error.HTTPError as error:
            raise Refused(detail=_detail(error)) from None
        except OSError as error:
            raise ServerGone(url=self.url, reason=str(getattr(error, "reason", error))) from None

    def bots(self) -> list[str]:
        """The bots that run there."""
        return [one["id"] for one in self.call("GET", "/api/v1/bots")]


def _detail(error: "url_error.HTTPError") -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, OSError):
        return f"status {error.code}"


@contextmanager
def announced(folder: Path, url: str, key: str) -> Generator[None]:
    """Says where the server is as long as it runs. One of several workers leaves it said: the others are still there."""
    file = folder / NAME
    process = os.getppid() if os.environ.get(LISTENER) else os.getpid()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump({"url": url, "key": key, "process": process}, out)
    file.chmod(0o600)
    try:
        yield
    finally:
        if _process_of(file) == os.getpid():
            file.unlink(missing_ok=True)


def running(folder: Path) -> Client | None:
    """The server that works in this data folder, if there is one that answers."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        client = Client(found["url"], found["key"])
        client.call("GET", "/health")
    except (OSError, ValueError, KeyError, GutenbotError):
        return None
    return client


def _process_of(file: Path) -> int:
    try:
        return int(json.loads(file.read_text(encoding="utf-8"))["process"])
    except (OSError, ValueError, KeyError):
        return 0


def part(value: str) -> str:
    """A value as a part of a path."""
    return quote(value, safe="")
