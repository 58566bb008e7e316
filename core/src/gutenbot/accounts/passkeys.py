"""Passkeys: made and used by browsers, checked by their signature. Each challenge is good once, for one origin (AUT-07)."""

import asyncio
import base64
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from gutenbot.accounts import challenges
from gutenbot.accounts.errors import NoPasskey, WrongPasskey
from gutenbot.accounts.people import by_id
from gutenbot.accounts.rows import many, one
from gutenbot.accounts.tables import PASSKEY

_MOST = 20
_LONGEST_ID = 1400


@dataclass(frozen=True, slots=True)
class Party:
    """For whom keys are: the origin of the console, and its name."""

    origin: str
    """`https://bot.example`, also with a port."""
    name: str = "Gutenbot"

    @property
    def id(self) -> str:
        """The host name."""
        return self.origin.partition("://")[2].rpartition(":")[0] or self.origin.partition("://")[2]


async def prepare() -> None:
    """Imports what the rest needs, before a transaction waits for it."""
    await asyncio.to_thread(importlib.import_module, "webauthn")


def options_to_add(db: sa.Connection, party: Party, account_id: str, now_ms: int) -> dict[str, Any]:
    """What the browser needs to make a key."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    account = by_id(db, account_id)
    known = [structs.PublicKeyCredentialDescriptor(id=_bytes(row["id"])) for row in listed(db, account_id)]
    if len(known) >= _MOST:
        raise WrongPasskey(reason=f"there are {_MOST} already")
    selection = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = generate_registration_options(
        rp_id=party.id, rp_name=party.name, user_id=account_id.encode(), user_name=account["email"],
        user_display_name=account["name"], authenticator_selection=selection, exclude_credentials=known,
    )  # fmt: skip
    challenges.make(
        db, "passkey-add", now_ms, account_id=account_id, secret=_text(options.challenge), origin=party.origin
    )
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def add(
    db: sa.Connection, party: Party, account_id: str, name: str, credential: Mapping[str, Any], now_ms: int
) -> Mapping[str, Any]:
    """Keeps a key that a browser made. Raises `WrongPasskey`, `ChallengeOver`."""
    from webauthn import verify_registration_response

    challenge = _challenge_of(credential)
    expected = challenges.use(db, "passkey-add", challenge, now_ms)
    if expected["account_id"] != account_id or expected["data"]["origin"] != party.origin:
        raise WrongPasskey(reason="it answers another request")
    try:
        made = verify_registration_response(
            credential=dict(credential), expected_challenge=_bytes(challenge), expected_rp_id=party.id,
            expected_origin=party.origin, require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # the library raises many kinds for hostile input
        raise WrongPasskey(reason=_reason(error)) from error
    key_id = _text(made.credential_id)
    if len(key_id) > _LONGEST_ID or one(db, sa.select(PASSKEY.c.id).where(PASSKEY.c.id == key_id)):
        raise WrongPasskey(reason="it is known already")
    values = {"id": key_id, "account_id": account_id, "name": name, "public_key": made.credential_public_key,
              "counter": made.sign_count, "created_ms": now_ms}  # fmt: skip
    db.execute(PASSKEY.insert().values(values))
    return values


def options_to_sign_in(db: sa.Connection, party: Party, now_ms: int) -> dict[str, Any]:
    """What the browser needs to use a key; whose it is, the key itself says."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    options = generate_authentication_options(rp_id=party.id, user_verification=UserVerificationRequirement.REQUIRED)
    challenges.make(db, "passkey", now_ms, secret=_text(options.challenge), origin=party.origin)
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def check(db: sa.Connection, party: Party, credential: Mapping[str, Any], now_ms: int) -> str:
    """The account that a key opens. Raises `WrongPasskey` (also when its counter goes back), `ChallengeOver`."""
    from webauthn import verify_authentication_response

    challenge = _challenge_of(credential)
    expected = challenges.use(db, "passkey", challenge, now_ms)
    key = one(db, sa.select(PASSKEY).where(PASSKEY.c.id == str(credential.get("id", ""))[:_LONGEST_ID]))
    if key is None or expected["data"]["origin"] != party.origin:
        raise WrongPasskey(reason="it is not known here")
    try:
        used = verify_authentication_response(
            credential=dict(credential), expected_challenge=_bytes(challenge), expected_rp_id=party.id,
            expected_origin=party.origin, credential_public_key=bytes(key["public_key"]),
            credential_current_sign_count=key["counter"], require_user_verification=True,
        )  # fmt: skip
    except Exception as error:
        raise WrongPasskey(reason=_reason(error)) from error
    db.execute(PASSKEY.update().where(PASSKEY.c.id == key["id"]).values(counter=used.new_sign_count, used_ms=now_ms))
    return str(key["account_id"])


def listed(db: sa.Connection, account_id: str) -> list[Mapping[str, Any]]:
    """The keys of an account, oldest first."""
    return list(many(db, sa.select(PASSKEY).where(PASSKEY.c.account_id == account_id).order_by(PASSKEY.c.created_ms)))


def remove(db: sa.Connection, account_id: str, key_id: str) -> Mapping[str, Any]:
    """Forgets a key; returns what it was. Raises `NoPasskey`."""
    row = one(db, sa.select(PASSKEY).where(PASSKEY.c.account_id == account_id, PASSKEY.c.id == key_id))
    if row is None:
        raise NoPasskey
    db.execute(PASSKEY.delete().where(PASSKEY.c.id == row["id"]))
    return row


def _challenge_of(credential: Mapping[str, Any]) -> str:
    """The challenge that a browser's answer says it answers."""
    try:
        data = json.loads(_bytes(credential["response"]["clientDataJSON"]))
        found = data["challenge"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise WrongPasskey(reason="it cannot be read") from None
    if not isinstance(found, str):
        raise WrongPasskey(reason="it cannot be read")
    return found.rstrip("=")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0][:200].rstrip(".") or type(error).__name__
