"""Reading and changing what the console has set, inside a transaction of the caller's. Every change counts one revision up."""

from collections.abc import Mapping

import sqlalchemy as sa

from gutenbot.config.errors import SettingsChanged
from gutenbot.config.rows import Kept, Row, Switch
from gutenbot.config.tables import HEAD, SETTING, SWITCH


def revision(db: sa.Connection) -> int:
    """The number of the last change."""
    return db.execute(sa.select(HEAD.c.revision)).scalar() or 0


def read(db: sa.Connection) -> Kept:
    """All of it."""
    rows = [Row(**one) for one in db.execute(sa.select(SETTING).order_by(SETTING.c.section, SETTING.c.name)).mappings()]
    switches = [
        Switch(one.kind, one.name, bool(one.is_on), one.reason, one.changed_ms, one.changed_by)
        for one in db.execute(sa.select(SWITCH).order_by(SWITCH.c.kind, SWITCH.c.name))
    ]
    return Kept(revision(db), rows, switches)


def put(
    db: sa.Connection,
    section: str,
    values: Mapping[str, tuple[str, str] | None],
    *,
    by: str,
    now_ms: int,
    seen: int | None = None,
) -> int:
    """Sets values (JSON and the id of the key that sealed it) or takes them back (None); returns the new revision.

    `seen`: the revision that whoever changes it has looked at. Raises `SettingsChanged`.
    """
    if seen is not None:
        query = sa.select(SETTING.c.name).where(
            SETTING.c.section == section, SETTING.c.name.in_(list(values)), SETTING.c.revision > seen
        )
        newer = sorted(str(name) for name in db.execute(query).scalars())
        if newer:
            raise SettingsChanged(names=", ".join(newer))
    now = _next(db)
    for name, value in values.items():
        where = sa.and_(SETTING.c.section == section, SETTING.c.name == name)
        db.execute(SETTING.delete().where(where))
        if value is not None:
            db.execute(
                SETTING.insert().values(section=section, name=name, value=value[0], key_id=value[1], revision=now,
                                        changed_ms=now_ms, changed_by=by)
            )  # fmt: skip
    return now


def turn(
    db: sa.Connection, kind: str, name: str, is_on: bool, *, reason: str = "", by: str, now_ms: int
) -> Switch | None:
    """Switches something; returns how it was switched before."""
    where = sa.and_(SWITCH.c.kind == kind, SWITCH.c.name == name)
    found = db.execute(sa.select(SWITCH).where(where)).first()
    db.execute(SWITCH.delete().where(where))
    db.execute(
        SWITCH.insert().values(kind=kind, name=name, is_on=int(is_on), reason=reason[:2000], revision=_next(db),
                               changed_ms=now_ms, changed_by=by)
    )  # fmt: skip
    if found is None:
        return None
    return Switch(kind, name, bool(found.is_on), found.reason, found.changed_ms, found.changed_by)


def forget_section(db: sa.Connection, section: str) -> int:
    """Takes back all settings of a section and of those inside it; returns how many there were."""
    inside = SETTING.c.section.startswith(f"{section}.", autoescape=True)
    gone = db.execute(SETTING.delete().where(sa.or_(SETTING.c.section == section, inside))).rowcount
    _next(db)
    return gone


def forget_switch(db: sa.Connection, kind: str, name: str) -> None:
    """It is as it comes again."""
    db.execute(SWITCH.delete().where(SWITCH.c.kind == kind, SWITCH.c.name == name))
    _next(db)


def touch(db: sa.Connection) -> None:
    """Something changed that workers look at with the settings: all of them look again."""
    _next(db)


def _next(db: sa.Connection) -> int:
    if not db.execute(HEAD.update().values(revision=HEAD.c.revision + 1)).rowcount:
        db.execute(HEAD.insert().values(one=1, revision=1))
    return revision(db)
