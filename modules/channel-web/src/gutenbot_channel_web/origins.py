"""Which sites may use the chat of a bot: the `Origin` of browsers against an allow-list."""

import re
from collections.abc import Sequence

_ORIGIN = re.compile(r"(https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?")
_LOOPBACK = re.compile(r"(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])", re.IGNORECASE)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def is_allowed(origin: str, host: str, allowed: Sequence[str], *, developing: bool) -> bool:
    """Whether pages of `origin` may: those of the server itself (`host`), listed ones, and while developing this machine's."""
    if "*" in allowed:
        return True
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        return origin in allowed
    scheme, name, port = found[1], found[2].lower(), found[3] or ""
    if _bare(scheme, f"{name}{port}") == _bare(scheme, host.lower()):
        return True
    if developing and _LOOPBACK.fullmatch(name):
        return True
    return _normal(origin) in {_normal(one) for one in allowed}


def frame_ancestors(allowed: Sequence[str], *, developing: bool) -> str:
    """The same rule in the words of a Content-Security-Policy; what is not an origin is left out."""
    if "*" in allowed:
        return "*"
    sites = [one.rstrip("/") for one in allowed if _ORIGIN.fullmatch(one.rstrip("/"))]
    here = ["http://localhost:*", "http://127.0.0.1:*"] if developing else []
    return " ".join(["'self'", *sites, *here])


def _normal(origin: str) -> str:
    origin = origin.rstrip("/").lower()
    scheme, _, rest = origin.partition("://")
    return f"{scheme}://{_bare(scheme, rest)}"


def _bare(scheme: str, host: str) -> str:
    return host.removesuffix(_DEFAULT_PORTS.get(scheme, ""))
