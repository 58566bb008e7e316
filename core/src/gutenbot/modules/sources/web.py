"""Fetches files for the server, and only what it may: addresses that its settings name, and public ones (MOD-12).

An address that came from elsewhere (a link of an index, a redirect) must be HTTPS and lead to the public network: the address
that is connected to is looked at, not only the name. What is larger than it may be is cut off.
"""

import asyncio
import contextlib
import hashlib
import importlib
import ipaddress
import re
from collections.abc import AsyncGenerator, Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from gutenbot.config.errors import SettingsMistake

if TYPE_CHECKING:
    import aiohttp

MOST_REDIRECTS = 5
_CHUNK = 1 << 16
_REDIRECTS = {301, 302, 303, 307, 308}


class BlockedAddress(SettingsMistake):
    """{url} is not asked: {reason}"""

    code = "modules.blocked-address"
    status = 409


class NoAnswer(SettingsMistake):
    """{url} did not give what was asked for ({reason}). Is this server online, and is the address right?"""

    code = "modules.no-answer"
    status = 502


class TooMuch(SettingsMistake):
    """{url} is larger than {most} bytes, and was not taken."""

    code = "modules.too-much"
    status = 502


class Web:
    """A way out for some downloads. `trusted`: addresses that whoever runs the server has named; these, and `hosts`, may be
    anywhere."""

    def __init__(
        self,
        trusted: Collection[str] = (),
        *,
        hosts: Collection[str] = (),
        proxy: str = "",
        certificates: str = "",
        timeout_s: float = 15.0,
    ) -> None:
        self._origins = {origin(one) for one in trusted}
        self._hosts = set(hosts)
        self._proxy = proxy
        self._certificates = certificates
        self._timeout_s = timeout_s

    async def text(self, url: str, *, most: int, accept: str = "*/*") -> tuple[str, str, str]:
        """(text, its media type, where it was found in the end). Raises `BlockedAddress`, `NoAnswer`, `TooMuch`."""
        async with self._asked(url, accept) as (answer, found):
            body = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > most:
                    raise TooMuch(url=shown(url), most=most)
            try:
                return body.decode("utf-8"), answer.content_type, found
            except UnicodeDecodeError:
                raise NoAnswer(url=shown(url), reason="it is no text") from None

    async def save(
        self, url: str, into: Path, *, most: int, told: Callable[[int, int | None], None] = lambda done, of: None
    ) -> str:
        """Writes it into a file; returns its SHA-256. `told(bytes, of)` hears how far it is. Raises as `text` does."""
        digest, size = hashlib.sha256(), 0
        async with self._asked(url, "*/*") as (answer, _):
            with into.open("wb") as file:
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise TooMuch(url=shown(url), most=most)
                    digest.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                    told(size, answer.content_length)
        return digest.hexdigest()

    @contextlib.asynccontextmanager
    async def _asked(self, url: str, accept: str) -> "AsyncGenerator[tuple[aiohttp.ClientResponse, str]]":
        await asyncio.to_thread(importlib.import_module, "aiohttp")
        import aiohttp

        limits = aiohttp.ClientTimeout(total=600, connect=self._timeout_s, sock_read=self._timeout_s)
        first = url
        try:
            for _ in range(MOST_REDIRECTS + 1):
                self._check(url)
                proxy, known = self._proxy or _proxy_of(url), self._is_trusted(url)
                network = self._network(guarded=not known and not proxy)
                async with aiohttp.ClientSession(connector=network, timeout=limits, trust_env=known) as session:
                    async with session.get(
                        url, headers={"accept": accept}, allow_redirects=False, proxy=proxy or None
                    ) as answer:
                        if answer.status in _REDIRECTS and answer.headers.get("location"):
                            url = urljoin(url, answer.headers["location"])
                            continue
                        if answer.status != 200:
                            raise NoAnswer(url=shown(url), reason=f"its status is {answer.status}")
                        yield answer, url
                        return
        except _Private as error:
            raise BlockedAddress(url=shown(url), reason=f"it leads to {error}, which is not public.") from None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, _Private):
                raise BlockedAddress(url=shown(url), reason=f"it leads to {error.__cause__}, not public.") from None
            raise NoAnswer(url=shown(url), reason=type(error).__name__) from error
        raise NoAnswer(url=shown(first), reason=f"more than {MOST_REDIRECTS} redirects")

    def _check(self, url: str) -> None:
        """What can be said of an address before anybody is asked. Raises `BlockedAddress`."""
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise BlockedAddress(url=shown(url), reason="it is no address of the web.")
        if self._is_trusted(url):
            return
        if parts.scheme != "https":
            raise BlockedAddress(url=shown(url), reason="it is another host than the settings name, and not HTTPS.")
        host = parts.hostname
        with contextlib.suppress(ValueError):
            if not is_public(host):
                raise BlockedAddress(url=shown(url), reason="it is not public.")
        if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
            raise BlockedAddress(url=shown(url), reason="it is not public.")

    def _is_trusted(self, url: str) -> bool:
        return origin(url) in self._origins or origin(url)[1] in self._hosts

    def _network(self, *, guarded: bool) -> "aiohttp.TCPConnector":
        import ssl

        import aiohttp

        context: Any = ssl.create_default_context(cafile=self._certificates or None)
        return aiohttp.TCPConnector(ssl=context, resolver=_public_resolver() if guarded else None)


def _proxy_of(url: str) -> str:
    """What the environment says, as other programs read it; names are then looked up by the proxy."""
    from urllib.request import getproxies, proxy_bypass

    scheme, host, _ = origin(url)
    return "" if proxy_bypass(host) else getproxies().get(scheme, "")


class _Private(OSError):
    """The address is not public."""


def _public_resolver() -> Any:
    """Finds the addresses of a name, and refuses those inside the own network: what is found is what is connected to."""
    from aiohttp.abc import AbstractResolver, ResolveResult
    from aiohttp.resolver import ThreadedResolver

    class Public(AbstractResolver):
        """See above."""

        def __init__(self) -> None:
            self._inner = ThreadedResolver()

        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
            found = await self._inner.resolve(host, port, family)
            for one in found:
                if not is_public(one["host"]):
                    raise _Private(f"{host} ({one['host']})")
            return found

        async def close(self) -> None:
            await self._inner.close()

    return Public()


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network. Raises `ValueError` for what is none."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    return found.is_global and not found.is_multicast and (inner is None or is_public(str(inner)))


def origin(url: str) -> tuple[str, str, int]:
    """(scheme, host, port) of an address."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = None
    return parts.scheme, (parts.hostname or "").lower(), port or (443 if parts.scheme == "https" else 80)


def shown(url: str) -> str:
    """An address for people: without name and password, and no longer than needed."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return re.sub(r"[\x00-\x20]", "", urlunsplit((parts.scheme, host, parts.path, "", "")))[:300]
