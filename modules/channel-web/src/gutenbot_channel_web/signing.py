"""Signed words: visitor tokens, tickets, keys of files, and the user tokens of sites. Knows keys and time, nothing of HTTP."""

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Any

import msgspec

from gutenbot.sdk import derive_id, new_id
from gutenbot_channel_web.errors import BadJson, BadTicket, BadUserToken, UnknownVisitor
from gutenbot_channel_web.parsing import read_object

VISITOR_S = 365 * 24 * 3600
TICKET_S = 30
LONGEST_TOKEN = 4096
USER_LIMIT = 128


class Visitor(msgspec.Struct, frozen=True):
    """Who is at the other end, for one bot."""

    bot: str
    id: str
    """128 random bits."""
    user: str = ""
    """The site's own id of a person, vouched for by its server; empty: anonymous."""
    locale: str = ""
    time_zone: str = ""

    @property
    def sender(self) -> str:
        """The address of this person on the web channel."""
        return f"user:{self.user}" if self.user else self.id


class SiteUser(msgspec.Struct, frozen=True):
    """What a site's server says about its visitor."""

    user: str
    profile: dict[str, Any]
    expired: bool


def new_visitor(bot: str) -> Visitor:
    """An anonymous visitor whom nobody has seen before."""
    return Visitor(bot, derive_id(new_id(), new_id()))


class Signer:
    """Makes and checks signed words with one secret; every purpose has a key of its own."""

    def __init__(self, secret: bytes, visitor_s: int = VISITOR_S) -> None:
        self._secret = secret
        self._visitor_s = visitor_s
        self._used: dict[str, int] = {}

    # Visitor tokens -------------------------------------------------------------------------------------------------

    def visitor_token(self, visitor: Visitor, now_s: int) -> str:
        """Good for a year, for this bot alone."""
        body = {"v": visitor.id, "u": visitor.user, "l": visitor.locale, "z": visitor.time_zone, "t": now_s}
        return self._sign("visitor", visitor.bot, {name: value for name, value in body.items() if value})

    def visitor(self, bot: str, token: str, now_s: int) -> Visitor:
        """Whom a token belongs to. Raises `UnknownVisitor`."""
        body = self._open("visitor", bot, token)
        if body is None or not 0 <= now_s - body["t"] + 60 < self._visitor_s:
            raise UnknownVisitor
        return _visitor(bot, body)

    # Tickets --------------------------------------------------------------------------------------------------------

    def ticket(self, visitor: Visitor, now_s: int) -> str:
        """Good for 30 seconds and one use."""
        body = {"v": visitor.id, "u": visitor.user, "t": now_s, "o": derive_id(new_id())}
        return self._sign("ticket", visitor.bot, {name: value for name, value in body.items() if value})

    def redeem(self, bot: str, ticket: str, now_s: int) -> Visitor:
        """Takes a ticket, which is void then. Raises `BadTicket`."""
        body = self._open("ticket", bot, ticket)
        if body is None or not -1 <= now_s - body["t"] <= TICKET_S or body["o"] in self._used:
            raise BadTicket
        self._forget(now_s)
        self._used[body["o"]] = body["t"]
        return _visitor(bot, body)

    def _forget(self, now_s: int) -> None:
        """Lets go of tickets that are too old to be used again; they lie in the order of their use."""
        while self._used:
            oldest = next(iter(self._used))
            if now_s - self._used[oldest] <= 2 * TICKET_S:
                return
            del self._used[oldest]

    # Files ----------------------------------------------------------------------------------------------------------

    def file_key(self, bot: str, blob: str) -> str:
        """Who knows it may read the file."""
        return _base64(self._mac("file", f"{bot}\0{blob}")[:18])

    def opens_file(self, bot: str, blob: str, key: str) -> bool:
        """Whether a key is the one of a file."""
        return _same(self.file_key(bot, blob), key)

    # Common to all --------------------------------------------------------------------------------------------------

    def _sign(self, purpose: str, bot: str, body: dict[str, Any]) -> str:
        part = _base64(msgspec.json.encode(body))
        return f"1.{part}.{_base64(self._mac(purpose, f'{bot}.{part}'))}"

    def _open(self, purpose: str, bot: str, token: str) -> dict[str, Any] | None:
        """The signed object; None for anything that was not signed here for this purpose and bot."""
        if len(token) > LONGEST_TOKEN or token.count(".") != 2:
            return None
        version, part, mac = token.split(".")
        if version != "1" or not _same(_base64(self._mac(purpose, f"{bot}.{part}")), mac):
            return None
        return read_object(_unbase64(part))

    def _mac(self, purpose: str, words: str) -> bytes:
        key = hmac.digest(self._secret, purpose.encode(), "sha256")
        return hmac.digest(key, words.encode("utf-8", "surrogatepass"), "sha256")


def site_user(token: str, secrets: list[str], now_s: int) -> SiteUser:
    """What a user token says. Raises `BadUserToken`; an expired but genuine one is given back as such."""
    if not secrets:
        raise BadUserToken(reason="this bot has no `identity_secret` in the settings of the web channel")
    part, _, mac = token.partition(".")
    if len(token) > 2 * LONGEST_TOKEN or not any(_same(_user_mac(part, secret), mac.rstrip("=")) for secret in secrets):
        raise BadUserToken(reason="its signature is wrong")
    return _read_user(part, now_s)


def user_token(part: str, secret: str) -> str:
    """Signs the first part of a user token, as a site's server does."""
    return f"{part}.{_user_mac(part, secret)}"


def _user_mac(part: str, secret: str) -> str:
    mac = hmac.new(secret.encode("utf-8", "surrogatepass"), part.encode("utf-8", "surrogatepass"), sha256)
    return _base64(mac.digest())


def _read_user(part: str, now_s: int) -> SiteUser:
    try:
        body = read_object(_unbase64(part))
    except (ValueError, BadJson) as error:
        raise BadUserToken(reason="its first part is not JSON in base64url") from error
    user, expires, profile = body.get("user"), body.get("expires"), body.get("profile") or {}
    if isinstance(user, int) and not isinstance(user, bool):
        user = str(user)
    if not isinstance(user, str) or not 0 < len(user) <= USER_LIMIT or not user.isprintable():
        raise BadUserToken(reason=f"`user` must be 1 to {USER_LIMIT} characters")
    if isinstance(expires, bool) or not isinstance(expires, int | float) or not isinstance(profile, dict):
        raise BadUserToken(reason="`expires` must be seconds since 1970, and `profile` an object")
    return SiteUser(user, profile, expires <= now_s)


def _visitor(bot: str, body: dict[str, Any]) -> Visitor:
    return Visitor(bot, body["v"], body.get("u", ""), body.get("l", ""), body.get("z", ""))


def _same(expected: str, given: str) -> bool:
    """Compares in constant time, on bytes: text with odd characters would raise."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unbase64(text: str) -> bytes:
    """Raises ValueError."""
    try:
        bare = text.rstrip("=").encode("ascii")
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error
