"""Secrets at rest: sealed with AES-256-GCM under a key that is not in the database (SEC-04).

A sealed value says which key it needs, and opens only at its own place: nobody can move it to another row.
"""

import base64
import binascii
import contextlib
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from gutenbot.kernel.errors import UserMistake

FILE = "secrets.key"
VARIABLE = "GUTENBOT_SECRETS_KEY"
_NONCE = 12
_SIZE = 32


class WrongSealKey(UserMistake):
    """The key of secrets in {where} is not right: it must be 32 random bytes in base64, as `openssl rand -base64 32` makes them."""

    code = "settings.wrong-seal-key"


class SealBroken(UserMistake):
    """The secret {name} cannot be read: it was sealed with another key. Bring the key back, or set the secret anew."""

    code = "settings.seal-broken"


class Keyring:
    """The keys of one server: the first one seals, all of them open.

    They come from the environment (several, separated by commas, while one is exchanged), else from a file in the data
    folder, which is made when the first secret is sealed. Without a folder the key lives as long as the process.
    """

    def __init__(self, folder: Path | None = None, given: str = "") -> None:
        self._folder = folder
        self._given = [_decoded(one, VARIABLE) for one in given.split(",") if one.strip()]
        self._keys: dict[str, bytes] = {id_of(key): key for key in self._given}

    def first(self) -> str:
        """The id of the key that seals; it is made when there is none."""
        return id_of(self._sealing())

    def seal(self, text: str, place: Iterable[str]) -> tuple[str, str]:
        """The sealed text, and the id of its key. `place`: where it is kept."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # costs 20 ms: few servers have secrets here

        key = self._sealing()
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), _bound(place))
        return base64.b64encode(sealed).decode(), id_of(key)

    def open(self, sealed: str, key_id: str, place: Iterable[str]) -> str:
        """The text. Raises `SealBroken`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        bound = tuple(place)
        key = self._find(key_id)
        if key is None:
            raise SealBroken(name=".".join(bound))
        try:
            data = base64.b64decode(sealed, validate=True)
            return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], _bound(bound)).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise SealBroken(name=".".join(bound)) from None

    def _sealing(self) -> bytes:
        return self._given[0] if self._given else self._own()

    def _find(self, key_id: str) -> bytes | None:
        if key_id not in self._keys and self._folder is not None:
            self._read(self._folder / FILE)
        return self._keys.get(key_id)

    def _own(self) -> bytes:
        """The key of the data folder, made when there is none; of several processes at once, one makes it."""
        if self._folder is None:
            return next(iter(self._keys.values()), None) or self._keep(os.urandom(_SIZE))
        path = self._folder / FILE
        found = self._read(path)
        if found is None:
            _write(path, base64.b64encode(os.urandom(_SIZE)) + b"\n")
            found = self._read(path)
            assert found is not None
        return found

    def _read(self, path: Path) -> bytes | None:
        try:
            text = path.read_text("ascii")
        except FileNotFoundError:
            return None
        return self._keep(_decoded(text, str(path)))

    def _keep(self, key: bytes) -> bytes:
        self._keys[id_of(key)] = key
        return key


def id_of(key: bytes) -> str:
    """What names a key without telling it."""
    return sha256(b"gutenbot key id\x00" + key).hexdigest()[:12]


def _bound(place: Iterable[str]) -> bytes:
    return "\x1f".join(place).encode()


def _decoded(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise WrongSealKey(where=where) from None
    if len(key) != _SIZE:
        raise WrongSealKey(where=where)
    return key


def _write(path: Path, text: bytes) -> None:
    """Whole or not at all, readable by nobody else; what is there already stays."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(file, text)
        os.fsync(file)
    finally:
        os.close(file)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink()
