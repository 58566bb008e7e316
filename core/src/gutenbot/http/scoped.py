"""Tokens for documents of modules that are not trusted: good for the routes of one module, for some minutes, for one session.

A token is no row: it is signed with the secret of the session, which the document never sees, and ends with it.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

PREFIX = "gbm_"
SECONDS = 600


def make_token(session: Mapping[str, Any], module: str, now_ms: int) -> str:
    """A token for one module, from the row of a session."""
    ends = now_ms // 1000 + SECONDS
    return f"{PREFIX}{session['id']}.{module}.{ends}.{_sign(session, module, ends)}"


def parts_of(token: str) -> tuple[str, str] | None:
    """(session, module) that a token names, not checked yet; None for what is no such token."""
    named = token.removeprefix(PREFIX).split(".")
    return (named[0], named[1]) if token.startswith(PREFIX) and len(named) == 4 else None


def is_good(session: Mapping[str, Any], token: str, now_ms: int) -> bool:
    """Whether this session made it, and it is not over."""
    _, module, ends, signed = token.removeprefix(PREFIX).split(".")
    if not ends.isascii() or not ends.isdigit() or len(ends) > 12 or int(ends) * 1000 <= now_ms:
        return False
    return hmac.compare_digest(signed.encode(), _sign(session, module, int(ends)).encode())


def _sign(session: Mapping[str, Any], module: str, ends: int) -> str:
    text = f"module token {session['id']} {module} {ends}"
    return hmac.new(str(session["csrf"]).encode(), text.encode(), sha256).hexdigest()
