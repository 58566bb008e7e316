"""Passwords: Argon2id on a thread, few at a time (each takes 64 MiB), and what is too easy to guess.

Hashes of other systems (`md5:`, `sha1:` and `sha256:` in hex, with an optional salt before a `$`) are accepted once and replaced.
"""

import asyncio
import hashlib
import hmac
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

from gutenbot.accounts.errors import WeakPassword

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 8, 1024
_AT_ONCE = 2
_OLD = ("md5", "sha1", "sha256")
_COMMON = frozenset(
    """password passw0rd p@ssword p@ssw0rd letmein welcome qwerty qwertz azerty iloveyou sunshine princess football
    baseball superman batman dragon monkey shadow master michael jordan charlie donald trustno1 whatever freedom
    starwars computer internet secret changeme default admin administrator root guest test tester temp hello
    gutenbot chatbot summer winter spring autumn abc abcd abcdef asdf asdfgh zxcvbn qazwsx 1q2w3e 1q2w3e4r pass
    login access flower hottie loveme zaq1zaq1 solo ninja mustang cheese cookie samsung google facebook""".split()
)


class Hasher:
    """Makes and checks hashes. `memory_kib` and `rounds` are the work factors; a hash with lower ones is made anew."""

    def __init__(self, memory_kib: int = 65_536, rounds: int = 3) -> None:
        self._memory_kib = memory_kib
        self._rounds = rounds
        self._made: PasswordHasher | None = None
        self._nobody = ""
        self._threads = ThreadPoolExecutor(_AT_ONCE, "gutenbot-passwords")

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: self._argon().hash(plain(password)))

    async def check(self, kept: str, password: str) -> tuple[bool, str]:
        """Whether it is the one, and a better hash to keep instead (empty: it is good). With nothing kept it takes as long."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._check, kept, password)

    def _check(self, kept: str, password: str) -> tuple[bool, str]:
        from argon2.exceptions import Argon2Error, InvalidHashError

        given = plain(password)
        argon = self._argon()
        old = kept.partition(":")[0] in _OLD
        try:
            argon.verify(self._nobody if old or not kept else kept, given)
        except (Argon2Error, InvalidHashError):
            right = old and _is_old(kept, password)
            return right, argon.hash(given) if right else ""
        if not kept or old:
            return False, ""
        return True, argon.hash(given) if argon.check_needs_rehash(kept) else ""

    def _argon(self) -> "PasswordHasher":
        if self._made is None:
            from argon2 import PasswordHasher

            self._made = PasswordHasher(self._rounds, self._memory_kib, 1)
            self._nobody = self._made.hash("nobody has this password \x00")
        return self._made


def plain(password: str) -> str:
    """The same for every way to type it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak(password: str, *personal: str) -> None:
    """Raises `WeakPassword` for one that is too short or that others would try first."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(reason=f"it has {len(password)} characters; {SHORTEST} to {LONGEST} are allowed")
    lowered = plain(password).lower()
    core = lowered.rstrip("0123456789!?.*#$ ").lstrip("0123456789!?.*#$ ")
    if lowered in _COMMON or core in _COMMON or core == "" or _is_pattern(lowered):
        raise WeakPassword(reason="it is among those that are tried first")
    for one in personal:
        for part in {one.lower(), one.lower().partition("@")[0]}:
            if len(part) >= 4 and core == part:
                raise WeakPassword(reason="it is your name or address")


def _is_pattern(text: str) -> bool:
    """One character again and again, or a run of neighbours."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(set(text)) <= 2 or (len(steps) == 1 and abs(next(iter(steps))) <= 1)


def _is_old(kept: str, password: str) -> bool:
    kind, _, rest = kept.partition(":")
    salt, _, digest = rest.rpartition("$")
    found = hashlib.new(kind, (salt + password).encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(found.encode(), digest.lower().encode())
