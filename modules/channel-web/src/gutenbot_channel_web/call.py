"""One HTTP request as the handlers of the chat see it, and the answers they give. Plain ASGI below, a Starlette response above."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from http import HTTPStatus
from typing import IO, Any
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope

from gutenbot_channel_web.errors import TooLarge, TooSlow, problem_of
from gutenbot_channel_web.parsing import FRAME_LIMIT, read_object

BODY_LIMIT_S = 10.0
CHUNK_LIMIT_S = 10.0
SLOWEST = 4096
"""Bytes per second of an upload; slower ones only hold a place."""
FARTHEST = 2**53
_encode = msgspec.json.Encoder().encode


class Call:
    """A request: headers, query and body, each read when asked for."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive

    @cached_property
    def headers(self) -> dict[str, str]:
        """By lower-case name; of several with one name the last."""
        return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.scope["headers"]}

    @cached_property
    def query(self) -> dict[str, str]:
        """The values of the address; of several with one name the last."""
        text = self.scope.get("query_string", b"").decode("latin-1")
        try:
            return dict(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=50))
        except ValueError:
            return {}

    @property
    def method(self) -> str:
        """GET stands for HEAD too."""
        method: str = self.scope.get("method", "GET")
        return "GET" if method == "HEAD" else method

    @cached_property
    def base(self) -> str:
        """The prefix that proxies put before the addresses of this server, without a slash at the end; mostly empty."""
        root: str = self.scope.get("app_root_path", self.scope.get("root_path", ""))
        return root.rstrip("/") if self.scope["path"].startswith(root) else ""

    @cached_property
    def segments(self) -> list[str]:
        """The parts of the path below the prefix."""
        return self.scope["path"][len(self.base) :].lstrip("/").split("/")  # type: ignore[no-any-return]

    @property
    def origin(self) -> str:
        """The site whose page asks; empty when no browser says so."""
        return self.headers.get("origin", "")

    @property
    def peer(self) -> str:
        """The other end of the connection."""
        client = self.scope.get("client")
        return client[0] if client else ""

    def number(self, name: str, default: int, most: int) -> int:
        """A number of the address, between 0 and `most`; what is no number is the default."""
        text = self.query.get(name, "")
        return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 20 else default

    async def json(self) -> dict[str, Any]:
        """The body as an object; an empty one is an empty object. Raises `BadJson`, `TooLarge` and `TooSlow`."""
        try:
            async with asyncio.timeout(BODY_LIMIT_S):
                body = await self.body(FRAME_LIMIT)
        except TimeoutError:
            raise TooSlow(limit_s=BODY_LIMIT_S) from None
        return read_object(body) if body else {}

    async def body(self, limit: int) -> bytes:
        """The whole body. Raises `TooLarge` as soon as that is certain, and `TooSlow` when it drips."""
        return b"".join([chunk async for chunk in self._within(limit)])

    async def spool(self, file: IO[bytes], limit: int, monotonic: Callable[[], float]) -> int:
        """Writes the body to a file; returns its length. A body that comes too slowly is given up, as `TooSlow`."""
        started, size = monotonic(), 0
        async for chunk in self._within(limit):
            file.write(chunk)
            size += len(chunk)
            took_s = monotonic() - started
            if took_s > CHUNK_LIMIT_S and size < took_s * SLOWEST:
                raise TooSlow(limit_s=round(took_s))
        return size

    async def _within(self, limit: int) -> AsyncIterator[bytes]:
        declared = self.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
            raise TooLarge(limit=limit)
        size = 0
        async for chunk in self._chunks():
            size += len(chunk)
            if size > limit:
                raise TooLarge(limit=limit)
            yield chunk

    async def _chunks(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async with asyncio.timeout(CHUNK_LIMIT_S):
                    message = await self._receive()
            except TimeoutError:
                raise TooSlow(limit_s=CHUNK_LIMIT_S) from None
            if message["type"] == "http.disconnect":
                raise Gone
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    async def gone(self) -> None:
        """Returns when the other end is no longer there."""
        while (await self._receive())["type"] != "http.disconnect":
            continue


class Gone(Exception):
    """The client left before its request was complete: there is nobody to answer."""


def json_response(value: Any, status: int = 200) -> Response:
    """An answer in JSON that nobody keeps."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(_encode(value), status, headers, "application/json")


def problem_response(error: BaseException) -> Response:
    """What went wrong, as RFC 9457 says it."""
    found = problem_of(error)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(found.status).phrase,
        "status": found.status,
        "detail": found.detail,
        "code": found.code,
    }
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if found.retry_after:
        body["retry_after"] = found.retry_after
        headers["Retry-After"] = str(int(found.retry_after))
    if found.status in (408, 413):
        headers["Connection"] = "close"
    return Response(_encode(body), found.status, headers, "application/problem+json")
