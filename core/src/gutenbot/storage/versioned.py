"""Values of the small store that several people may change at once: each change names the version that it was made on."""

from typing import Any

import sqlalchemy as sa

from gutenbot.kernel.errors import UserMistake
from gutenbot.storage.codec import decode_any, encode_any

_KV = sa.table("kv", sa.column("scope", sa.Text), sa.column("key", sa.Text), sa.column("value", sa.Text))


class ChangedMeanwhile(UserMistake):
    """{what} was changed meanwhile: it has version {version} now, and the change was made on {expected}. Load it again."""

    code = "storage.changed-meanwhile"
    status = 409


def look(db: sa.Connection, scope: str, key: str) -> tuple[int, Any]:
    """(version, value); (0, None) when there is none."""
    query = sa.select(_KV.c.value).where(_KV.c.scope == scope, _KV.c.key == key)
    found = db.execute(query).scalar()
    if found is None:
        return 0, None
    kept = decode_any(found)
    return int(kept["version"]), kept["value"]


def swap(db: sa.Connection, scope: str, key: str, value: Any, *, expected: int, what: str) -> int:
    """Puts the value in place of the one with the version `expected` (0: of none); returns the new version.

    Raises `ChangedMeanwhile`.
    """
    version, _ = look(db, scope, key)
    if version != expected:
        raise ChangedMeanwhile(what=what, version=version, expected=expected)
    text = encode_any({"version": version + 1, "value": value})
    if version:
        db.execute(_KV.update().where(_KV.c.scope == scope, _KV.c.key == key).values(value=text))
    else:
        db.execute(_KV.insert().values(scope=scope, key=key, value=text))
    return version + 1
