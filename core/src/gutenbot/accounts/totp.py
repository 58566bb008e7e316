"""Codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 seconds), each good once, and recovery codes."""

import base64
import hmac
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from gutenbot.accounts.errors import CodesUnreadable, NotWithoutSecondFactor, SecondFactorOn, WrongSecondFactor
from gutenbot.accounts.people import by_id, change
from gutenbot.accounts.secrets import kept
from gutenbot.accounts.tables import ACCOUNT, RECOVERY
from gutenbot.kernel.sealing import Keyring, SealBroken

STEP_S = 30
_EITHER_SIDE = 1
_CODES = 10
_PLAIN = 20
"""Bytes of a secret that is not sealed."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def offer(db: sa.Connection, keyring: Keyring, account_id: str, issuer: str) -> tuple[str, str]:
    """A new secret, not in use until a code confirms it: as text, and as what a QR code shows. Raises `SecondFactorOn`: who
    has a session and not the password puts none in the place of the one that is in use."""
    if by_id(db, account_id)["totp_secret"]:
        raise SecondFactorOn
    secret = os.urandom(_PLAIN)
    account = change(db, account_id, totp_offered=_sealed(keyring, account_id, secret))
    text = base64.b32encode(secret).decode().rstrip("=")
    label = quote(f"{issuer}:{account['email']}", safe="")
    return (
        text,
        f"otpauth://totp/{label}?secret={text}&issuer={quote(issuer, safe='')}&algorithm=SHA1&digits=6&period={STEP_S}",
    )


def confirm(db: sa.Connection, keyring: Keyring, account_id: str, code: str, now_ms: int) -> list[str]:
    """Takes the offered secret into use; returns new recovery codes. Raises `WrongSecondFactor`, `SecondFactorOn`."""
    account = by_id(db, account_id)
    if account["totp_secret"]:
        raise SecondFactorOn
    offered = bytes(account["totp_offered"])
    if not offered:
        raise NotWithoutSecondFactor
    step = _step_of(_opened(keyring, account_id, offered), code, now_ms, after=0)
    change(db, account_id, totp_secret=offered, totp_offered=b"", totp_step=step)
    return _new_recovery_codes(db, account_id)


def seal_anew(db: sa.Connection, keyring: Keyring) -> int:
    """Seals what an earlier release kept as it is, and what a key sealed that is to leave; returns how many secrets.

    What no key of this server opens stays as it is.
    """
    columns = (ACCOUNT.c.totp_secret, ACCOUNT.c.totp_offered)
    some = sa.or_(*(sa.func.length(column) > 0 for column in columns))
    done = 0
    for row in db.execute(sa.select(ACCOUNT.c.id, *columns).where(some)).all():
        found = {column.name: bytes(value) for column, value in zip(columns, row[1:], strict=True) if value}
        sealed = {name: _sealed_anew(keyring, row.id, kept) for name, kept in found.items()}
        changed = {name: kept for name, kept in sealed.items() if kept != found[name]}
        if changed:
            change(db, row.id, **changed)
        done += len(changed)
    return done


def off(db: sa.Connection, account_id: str) -> None:
    """Switches codes off, and forgets the recovery codes."""
    if not by_id(db, account_id)["totp_secret"]:
        raise NotWithoutSecondFactor
    change(db, account_id, totp_secret=b"", totp_offered=b"", totp_step=0)
    db.execute(RECOVERY.delete().where(RECOVERY.c.account_id == account_id))


def check(db: sa.Connection, keyring: Keyring, account: Mapping[str, Any], code: str, now_ms: int) -> None:
    """Uses a code up. Raises `WrongSecondFactor`, also for the second use of one (AUT-06), and `CodesUnreadable`."""
    kept = bytes(account["totp_secret"])
    if not kept:
        raise WrongSecondFactor
    step = _step_of(_opened(keyring, account["id"], kept), code, now_ms, after=account["totp_step"])
    newer = sa.and_(ACCOUNT.c.id == account["id"], ACCOUNT.c.totp_step < step)
    if not db.execute(ACCOUNT.update().where(newer).values(totp_step=step)).rowcount:
        raise WrongSecondFactor


def check_recovery(db: sa.Connection, account_id: str, code: str, now_ms: int) -> int:
    """Uses a recovery code up; returns how many are left. Raises `WrongSecondFactor`."""
    unused = sa.and_(RECOVERY.c.account_id == account_id, RECOVERY.c.hash == kept(_bare(code)), RECOVERY.c.used_ms == 0)
    if not db.execute(RECOVERY.update().where(unused).values(used_ms=now_ms)).rowcount:
        raise WrongSecondFactor
    left = sa.select(sa.func.count()).where(RECOVERY.c.account_id == account_id, RECOVERY.c.used_ms == 0)
    return int(db.execute(left).scalar_one())


def _sealed(keyring: Keyring, account_id: str, secret: bytes) -> bytes:
    """As it is kept: nobody who has the database alone can make codes of it (SEC-04)."""
    text, key_id = keyring.seal(secret.hex(), ("account", account_id, "totp"))
    return f"{key_id}:{text}".encode()


def _sealed_anew(keyring: Keyring, account_id: str, kept: bytes) -> bytes:
    if len(kept) != _PLAIN and kept.partition(b":")[0].decode("ascii", "replace") == keyring.first():
        return kept
    try:
        return _sealed(keyring, account_id, _opened(keyring, account_id, kept))
    except CodesUnreadable:
        return kept


def _opened(keyring: Keyring, account_id: str, kept: bytes) -> bytes:
    """The secret. Those of the first releases were kept as they are, until `seal_anew`. Raises `CodesUnreadable`."""
    if len(kept) == _PLAIN:
        return kept
    key_id, _, text = kept.partition(b":")
    try:
        return bytes.fromhex(keyring.open(text.decode(), key_id.decode(), ("account", account_id, "totp")))
    except SealBroken:
        raise CodesUnreadable from None


def _step_of(secret: bytes, code: str, now_ms: int, *, after: int) -> int:
    given = "".join(code.split()).encode("ascii", "replace")
    now = now_ms // 1000 // STEP_S
    for step in range(now - _EITHER_SIDE, now + _EITHER_SIDE + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), given):
            return step
    raise WrongSecondFactor


def _new_recovery_codes(db: sa.Connection, account_id: str) -> list[str]:
    """Codes of 80 random bits, in groups of four."""
    db.execute(RECOVERY.delete().where(RECOVERY.c.account_id == account_id))
    codes = []
    for _ in range(_CODES):
        text = "".join(_ALPHABET[byte & 31] for byte in os.urandom(16))
        db.execute(RECOVERY.insert().values(account_id=account_id, hash=kept(text)))
        codes.append("-".join(text[i : i + 4] for i in range(0, 16, 4)))
    return codes


def _bare(code: str) -> str:
    return "".join(code.lower().split()).replace("-", "")
