"""Who asks: API keys with a role, and what each role may do. Keys are kept as hashes; what was looked up counts for 5 s."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from gutenbot.http.errors import Forbidden, Unauthenticated, WrongKey
from gutenbot.http.replies import Scope, header
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.log import get_logger
from gutenbot.storage.port import Access

log = get_logger("auth")

CACHE_S = 5.0
_MAX_CACHED = 10_000

READ = frozenset(
    {"bots.read", "conversations.read", "dead-letters.read", "keys.read", "modules.read", "turns.read", "users.read"}
)
OPERATE = READ | {"converse", "conversations.write", "dead-letters.replay", "users.write"}
PERMISSIONS = OPERATE | {"keys.write"}
ROLES: dict[str, frozenset[str]] = {"viewer": READ, "operator": OPERATE, "admin": PERMISSIONS}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and what they may."""

    name: str
    role: str
    permissions: frozenset[str]

    def need(self, permission: str) -> None:
        """Raises `Forbidden` without this permission."""
        if permission not in self.permissions:
            raise Forbidden(permission=permission, role=self.role)


DEVELOPER = Actor("developer", "admin", PERMISSIONS)


class Gate:
    """Turns a request into an actor."""

    def __init__(self, access: Access, clock: Clock, *, dev: bool) -> None:
        self._access = access
        self._clock = clock
        self._dev = dev
        self._known: dict[bytes, tuple[Actor, float]] = {}
        if dev:
            log.info("auth.open_on_loopback", why="development: requests from this machine need no key")

    def trust(self, key: bytes, name: str) -> None:
        """Takes a key that is not stored as an admin's, as long as this process runs."""
        self._known[key_hash(key)] = (Actor(name, "admin", PERMISSIONS), float("inf"))

    async def actor(self, scope: Scope) -> Actor:
        """Who asks. Raises `Unauthenticated` and `WrongKey`."""
        given = header(scope, b"authorization")
        if given is None:
            if self._dev and from_this_machine(scope):
                return DEVELOPER
            raise Unauthenticated
        if given[:7].lower() != b"bearer ":
            raise Unauthenticated
        return await self._holder(given[7:].strip())

    async def _holder(self, key: bytes) -> Actor:
        digest = key_hash(key)
        now = self._clock.monotonic()
        known = self._known.get(digest)
        if known is not None and known[1] > now:
            return known[0]
        found = await self._access.key(digest)
        if found is None:
            self._known.pop(digest, None)
            raise WrongKey
        name, role, _ = found
        actor = Actor(name, role, ROLES.get(role, frozenset()))
        if len(self._known) >= _MAX_CACHED:
            self.forget()
        self._known[digest] = (actor, now + CACHE_S)
        return actor

    def forget(self) -> None:
        """Looks every key up again (after one was revoked here)."""
        self._known = {digest: known for digest, known in self._known.items() if known[1] == float("inf")}


def key_hash(key: bytes) -> bytes:
    """What is kept of a key. Keys are long and random, so one round is enough, and a look-up by hash tells no time."""
    return sha256(key).digest()


def from_this_machine(scope: Scope) -> bool:
    """Whether the request comes from this very machine and was meant for it (no proxy, no other name: DNS rebinding)."""
    client = scope.get("client")
    if client is None or not is_loopback(client[0]) or header(scope, b"x-forwarded-for") is not None:
        return False
    host = (header(scope, b"host") or b"").decode("latin-1").lower()
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    return is_loopback(name)


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
