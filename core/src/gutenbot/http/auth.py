"""Who asks: a key in a header, the cookie of a session, or a developer on this very machine. What was found counts for 3 s."""

import hmac
import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from gutenbot.accounts.lines import Line, Who
from gutenbot.accounts.permissions import CORE, FORMER, Catalogue, Scopes, allows, narrowed
from gutenbot.accounts.span import Span
from gutenbot.http.errors import CrossSite, Forbidden, Unauthenticated, WrongKey, WrongToken
from gutenbot.http.replies import Scope, header
from gutenbot.http.scoped import PREFIX, is_good, parts_of
from gutenbot.kernel.asked import Asked
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.sealing import Keyring
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import KeyHolder

if TYPE_CHECKING:
    from gutenbot.accounts.desk import Desk
    from gutenbot.accounts.sessions import Opened

log = get_logger("auth")

CACHE_S = 3.0
"""For so long a revoked key, an ended session or a changed role may still count (AUT-02: 5 s at most)."""
_MAX_CACHED = 10_000
SECURE_COOKIE, PLAIN_COOKIE = "__Host-gutenbot", "gutenbot"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_USED_EVERY_MS = 60_000
_NOTE_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and what they may."""

    name: str
    role: str
    permissions: frozenset[str]
    scopes: Scopes = field(default_factory=dict)
    kind: str = "system"
    """`account`, `key` or `system`."""
    id: str = ""
    address: str = ""
    account_id: str = ""
    session_id: str = ""
    viewing_as: str = ""
    """The role as which the console is seen: nothing can be changed meanwhile."""
    own: frozenset[str] = frozenset()
    """What they may without limits, when they see the console as themselves: what they can give on."""
    module: str = ""
    """The module whose document asks in their place."""

    def need(self, permission: str, **what: str) -> None:
        """Raises `Forbidden` without this permission, or when it is limited to other values (`language="fr"`)."""
        if not self.may(permission, **what):
            raise Forbidden(permission=permission, role=self.viewing_as or self.role)

    def may(self, permission: str, **what: str) -> bool:
        """Whether they may do it, for these values."""
        return allows(self.permissions, self.scopes, permission, what)


class Gate:
    """Turns a request into an actor."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        *,
        dev: bool,
        base_url: str = "",
        span: Span | None = None,
        catalogue: Callable[[], Catalogue] = lambda: CORE,
        keyring: Keyring | None = None,
    ) -> None:
        self._storage = storage
        self._keyring = keyring
        self.catalogue = catalogue
        """Which permissions there are now: modules come and go."""
        self._clock = clock
        self.dev = dev
        self.base_url = base_url.rstrip("/")
        self.span = span or Span()
        self._keys: dict[bytes, tuple[Actor, float]] = {}
        self._trusted: dict[bytes, str] = {}
        self._last: tuple[Actor, Actor] | None = None
        """Who asked last by a key, without and with where from."""
        self._sessions: dict[bytes, tuple[Opened | None, float]] = {}
        self._holders: Asked[Actor] = Asked()
        self._openings: Asked[Opened | None] = Asked()
        self._refused: dict[tuple[str, str], float] = {}
        self._desk: Desk | None = None
        if dev:
            log.info("auth.open_on_loopback", why="development: requests from this machine need no key")

    @property
    def desk(self) -> "Desk":
        """Accounts; imported when they are first needed."""
        if self._desk is None:
            from gutenbot.accounts.desk import Desk

            self._desk = Desk(
                self._storage, self._clock, span=self.span, catalogue=self.catalogue, keyring=self._keyring
            )
        return self._desk

    @desk.setter
    def desk(self, desk: "Desk") -> None:
        desk.catalogue = self.catalogue
        self._desk = desk

    def trust(self, key: bytes, name: str) -> None:
        """Takes a key that is not stored as an owner's, as long as this process runs."""
        self._trusted[key_hash(key)] = name

    async def actor(self, scope: Scope, *, passive: bool = False) -> Actor:
        """Who asks. Raises `Unauthenticated`, `WrongKey`, and `CrossSite` or `WrongToken` for forged requests (CSR-01).

        `passive`: it is not said that somebody is there, only that a page is open; the session does not last longer by it.
        """
        given = header(scope, b"authorization")
        if given is not None:
            if given[:7].lower() != b"bearer ":
                raise Unauthenticated
            return await self._keyed(given[7:].strip(), scope)
        opened = await self.session(scope, passive=passive)
        if opened is not None:
            self._refuse_forged(scope, opened.session["csrf"])
            return _at(_of_session(opened), scope)
        if self.dev and from_this_machine(scope):
            refuse_cross_site(scope, self.base_url)
            return _at(self._owner("developer"), scope)
        raise Unauthenticated

    def _owner(self, name: str) -> Actor:
        """Somebody who may everything and has no account."""
        everything = self.catalogue().all
        return Actor(name, "owner", everything, kind="system", id=name, own=everything)

    async def session(self, scope: Scope, *, passive: bool = False) -> "Opened | None":
        """The valid session of the request's cookie."""
        secret = cookie_of(scope)
        if not secret:
            return None
        digest = key_hash(secret.encode())
        now = self._clock.monotonic()
        known = self._sessions.get(digest)
        if known is not None and known[1] > now:
            return known[0]
        opened = await self._openings.once((digest, passive), lambda: self._look_up(secret, passive=passive))
        if len(self._sessions) >= _MAX_CACHED:
            self._sessions.clear()
        self._sessions[digest] = (opened, now + CACHE_S)
        return opened

    async def _look_up(self, secret: str, *, passive: bool) -> "Opened | None":
        from gutenbot.accounts import sessions

        desk = self.desk
        now_ms = desk.now_ms()
        opened = await desk.read(lambda db: sessions.find(db, secret, now_ms, desk.span))
        if opened is not None and not passive and opened.session["seen_ms"] < now_ms - sessions.TOUCH_MS:
            session, account = opened.session["id"], opened.account["id"]
            await self._kept(desk.write(lambda db: sessions.touch(db, session, account, now_ms)))
        return opened

    async def _kept(self, writing: Any) -> None:
        """What is only good to know must not stop a request."""
        try:
            await writing
        except GutenbotError as error:
            log.warning("auth.not_kept", reason=str(error))

    async def _keyed(self, key: bytes, scope: Scope) -> Actor:
        """Who has this key, and where from: the one who asked last, when it is the same."""
        actor = await self._holder(key)
        last = self._last
        if last is None or last[0] is not actor or last[1].address != address_of(scope):
            last = self._last = (actor, _at(actor, scope))
        return last[1]

    async def _holder(self, key: bytes) -> Actor:
        if key.startswith(PREFIX.encode()):
            return await self._scoped(key.decode("latin-1"))
        digest = key_hash(key)
        if digest in self._trusted:
            return self._owner(self._trusted[digest])
        now = self._clock.monotonic()
        known = self._keys.get(digest)
        if known is not None and known[1] > now:
            return known[0]
        return await self._holders.once(digest, lambda: self._look_for(digest))

    async def _look_for(self, digest: bytes) -> Actor:
        now = self._clock.monotonic()
        found = await self._storage.key(digest)
        now_ms = to_ms(self._clock.now())
        if found is None or found.owner_disabled or 0 < found.key.ends_ms <= now_ms:
            self._keys.pop(digest, None)
            raise WrongKey
        if found.key.used_ms < now_ms - _USED_EVERY_MS:
            await self._kept(self._storage.use_key(digest, now_ms))
        actor = _of_key(found, self.catalogue())
        if len(self._keys) >= _MAX_CACHED:
            self.forget()
        self._keys[digest] = (actor, now + CACHE_S)
        return actor

    async def _scoped(self, token: str) -> Actor:
        """Whoever a document of a module acts for: with that module's permissions only."""
        from gutenbot.accounts import sessions

        named = parts_of(token)
        if named is None:
            raise WrongKey
        desk = self.desk
        now_ms = desk.now_ms()
        opened = await desk.read(lambda db: sessions.by_id(db, named[0], now_ms, desk.span))
        if opened is None or not is_good(opened.session, token, now_ms):
            raise WrongKey
        actor = _of_session(opened)
        own = {name for name, one in self.catalogue().permissions.items() if one.module == named[1]}
        return replace(actor, permissions=actor.permissions & own, own=frozenset(), module=named[1])

    async def note_refusal(self, actor: Actor, permission: str, path: str) -> None:
        """A document of a module asked for what is not its own: a line in the audit log, one a minute for each
        permission (MOD-07)."""
        now, asked = self._clock.monotonic(), (actor.module, permission)
        if now - self._refused.get(asked, float("-inf")) < _NOTE_EVERY_S:
            return
        self._refused[asked] = now
        what = f"refused {permission} to a document of the module {actor.module}"
        line = Line(verb="module.refused", object="module", object_id=actor.module, what=what,
                    after={"permission": permission, "path": path[:200]})  # fmt: skip
        await self.desk.note(Who(actor.kind, actor.id, actor.name, actor.address), line)

    def forget(self) -> None:
        """Looks every key and session up again (after one was ended here)."""
        self._keys.clear()
        self._sessions.clear()
        self._holders.forget()
        self._openings.forget()

    def _refuse_forged(self, scope: Scope, csrf: str) -> None:
        if scope["type"] == "http" and scope["method"] in SAFE:
            return
        if scope["type"] == "http" and not hmac.compare_digest(header(scope, b"x-csrf-token") or b"", csrf.encode()):
            raise WrongToken
        if header(scope, b"origin") is None and header(scope, b"sec-fetch-site") is None:
            raise CrossSite
        refuse_cross_site(scope, self.base_url)


def refuse_cross_site(scope: Scope, base_url: str) -> None:
    """Raises `CrossSite` for a change, or a socket, that a page of another site asks for (CSR-01, SOCK-01)."""
    if scope["type"] == "http" and scope["method"] in SAFE:
        return
    site = header(scope, b"sec-fetch-site")
    if site is not None and site not in (b"same-origin", b"none"):
        raise CrossSite
    origin = header(scope, b"origin")
    if origin is not None and origin.decode("latin-1").lower() not in _own_origins(scope, base_url):
        raise CrossSite


def _own_origins(scope: Scope, base_url: str) -> set[str]:
    scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
    host = (header(scope, b"host") or b"").decode("latin-1").lower()
    return {f"{scheme}://{host}", origin_of(base_url)}


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    scheme, _, rest = url.lower().partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def cookie_of(scope: Scope) -> str:
    """The secret of a session: from the cookie that fits how the request came."""
    wanted = SECURE_COOKIE if scope["scheme"] in ("https", "wss") else PLAIN_COOKIE
    for key, value in scope["headers"]:
        if key == b"cookie":
            for part in value.decode("latin-1").split(";"):
                name, _, secret = part.strip().partition("=")
                if name == wanted:
                    return str(secret)
    return ""


def _at(actor: Actor, scope: Scope) -> Actor:
    """The same actor, with where the request comes from."""
    return Actor(
        actor.name, actor.role, actor.permissions, actor.scopes, actor.kind, actor.id, address_of(scope),
        actor.account_id, actor.session_id, actor.viewing_as, actor.own, actor.module,
    )  # fmt: skip


def address_of(scope: Scope) -> str:
    """The address of the client; behind a trusted proxy, the one that it tells."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _of_session(opened: "Opened") -> Actor:
    account, session = opened.account, opened.session
    return Actor(
        account["name"], opened.role.name, opened.permissions, opened.scopes, "account", account["id"],
        account_id=account["id"], session_id=session["id"], viewing_as=session["view_as"],
        own=_unlimited(opened.role.permissions, opened.role.scopes),
    )  # fmt: skip


def _of_key(found: KeyHolder, known: Catalogue) -> Actor:
    """A key may what its role allows, within its scopes, and never more than the account that it belongs to."""
    key = found.key
    permissions, scopes = _permissions(known, key.role, found.role_permissions), _limits(found.role_scopes)
    if key.scopes:
        permissions &= set(key.scopes)
    if found.owner_role is not None:
        permissions &= _permissions(known, found.owner_role, found.owner_permissions)
        scopes = narrowed(scopes, _limits(found.owner_scopes))
    role = FORMER.get(key.role, key.role)
    own = _unlimited(permissions, scopes)
    return Actor(key.name, role, permissions, scopes, "key", key.name, account_id=key.account_id, own=own)


def _unlimited(permissions: frozenset[str], scopes: Scopes) -> frozenset[str]:
    """What can be given on: of what is limited, nobody can tell whether it would be more than they have."""
    return frozenset(name for name in permissions if not scopes.get(name))


def _limits(stored: str | None) -> Scopes:
    found = json.loads(stored) if stored else {}
    return {name: {key: tuple(values) for key, values in one.items()} for name, one in found.items()}


def _permissions(known: Catalogue, role: str, stored: str | None) -> frozenset[str]:
    if stored is not None:
        return frozenset(json.loads(stored)) & known.all
    found = known.roles.get(FORMER.get(role, role))
    return found.permissions if found is not None else frozenset()


def key_hash(key: bytes) -> bytes:
    """What is kept of a key. Keys are long and random, so one round is enough, and a look-up by hash tells no time."""
    return sha256(key).digest()


def from_this_machine(scope: Scope) -> bool:
    """Whether the request comes from this very machine and was meant for it (no proxy, no other name: DNS rebinding)."""
    client = scope.get("client")
    if client is None or not is_loopback(client[0]) or header(scope, b"x-forwarded-for") is not None:
        return False
    return is_loopback(host_name(scope))


def host_name(scope: Scope) -> str:
    """The name that the request was sent to, without the port."""
    host = (header(scope, b"host") or b"").decode("latin-1").lower()
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
