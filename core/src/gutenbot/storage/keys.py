"""API keys as SQL: the same statements and records for both engines."""

from typing import Any

import msgspec

from gutenbot.storage.codec import clean
from gutenbot.storage.rows import KeyHolder, KeyRow

_COLUMNS = "name, role, actor, account_id, scopes, prefix, created_ms, ends_ms, used_ms"
_K = ", ".join(f"k.{name}" for name in _COLUMNS.split(", "))
ADD = f"INSERT INTO access_key (key_hash, {_COLUMNS}) VALUES (:hash, {', '.join(f':{name}' for name in _COLUMNS.split(', '))})"
GET = f"""SELECT {_K}, r.permissions, r.scopes, a.role, o.permissions, o.scopes, coalesce(a.disabled_ms, 0)
FROM access_key k LEFT JOIN account_role r ON r.name = k.role
LEFT JOIN account a ON a.id = k.account_id LEFT JOIN account_role o ON o.name = a.role
WHERE k.key_hash = :hash"""
USE = "UPDATE access_key SET used_ms = :now WHERE key_hash = :hash AND used_ms < :now - 60000"
ALL = f"SELECT {_COLUMNS} FROM access_key ORDER BY created_ms, name"
OLD_OFFERS = "DELETE FROM account_link WHERE kind = 'setup' AND created_ms < :now - 10000"
OFFER = """INSERT INTO account_link (hash, id, kind, account_id, role, email, name, made_by, created_ms, ends_ms)
SELECT :hash, :id, 'setup', '', '', '', '', '', :now, :ends WHERE NOT EXISTS (SELECT 1 FROM account WHERE role = 'owner')
AND NOT EXISTS (SELECT 1 FROM account_link WHERE kind = 'setup')"""
REVOKE = "DELETE FROM access_key WHERE name = :name"


def values(key_hash: bytes, key: KeyRow) -> dict[str, Any]:
    """The parameters of `ADD`."""
    found = msgspec.structs.asdict(key)
    texts = {name: clean(value) for name, value in found.items() if isinstance(value, str)}
    return {
        **found,
        **texts,
        "hash": key_hash,
        "scopes": msgspec.json.encode(key.scopes).decode() if key.scopes else "",
    }


def row_of(found: Any) -> KeyRow:
    """A record from the columns of `ALL`."""
    name, role, actor, account_id, scopes, prefix, created_ms, ends_ms, used_ms = found
    limits = msgspec.json.decode(scopes, type=tuple[str, ...]) if scopes else ()
    return KeyRow(
        name=name, role=role, actor=actor, account_id=account_id, scopes=limits, prefix=prefix, created_ms=created_ms,
        ends_ms=ends_ms, used_ms=used_ms,
    )  # fmt: skip


def holder_of(found: Any) -> KeyHolder:
    """A record from the columns of `GET`."""
    *key, permissions, scopes, owner_role, owner_permissions, owner_scopes, disabled_ms = found
    return KeyHolder(
        key=row_of(key), role_permissions=permissions, role_scopes=scopes, owner_role=owner_role,
        owner_permissions=owner_permissions, owner_scopes=owner_scopes, owner_disabled=disabled_ms > 0,
    )  # fmt: skip
