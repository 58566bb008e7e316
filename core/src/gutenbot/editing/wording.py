"""The words that bots do not use, by language, as people of the team keep them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from gutenbot.content.locales import canonical
from gutenbot.content.wording import Wording, slips
from gutenbot.editing.errors import WordingChanged, WrongWording
from gutenbot.editing.rows import Moment, by_key, change, many
from gutenbot.editing.tables import WORDING
from gutenbot.editing.written import TROUBLE, cleaned, node_of

MOST = 1_000
"""Words of each list."""
LONGEST = 120
"""Characters of a word, or of what is said instead."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The lists of a language, and who changed them last."""

    locale: str
    wording: Wording
    version: int
    edited_ms: int
    edited_by: str


def read_all(db: sa.Connection, bot: str) -> dict[str, Kept]:
    """All lists of a bot by language."""
    rows = many(db, sa.select(WORDING).where(WORDING.c.bot_id == bot).order_by(WORDING.c.locale))
    return {row["locale"]: _kept(row) for row in rows}


def lists(db: sa.Connection, bot: str) -> dict[str, Wording]:
    """The same, for looking words up."""
    return {locale: kept.wording for locale, kept in read_all(db, bot).items()}


def put(db: sa.Connection, bot: str, locale: str, wording: Wording, by: Moment, *, seen: int | None) -> Kept:
    """Keeps the lists of a language. `seen`: the version that their author had read. Raises `WordingChanged`, `WrongWording`."""
    wording = _checked(wording)
    locale = canonical(locale)
    key = {"bot_id": bot, "locale": locale}
    row = by_key(db, WORDING, key)
    version = int(row["version"]) if row else 0
    if seen is not None and seen != version:
        raise WordingChanged(by=row["edited_by"] if row else "Somebody", locale=locale)
    values = {
        "forbidden": json.dumps(wording.forbidden, ensure_ascii=False),
        "instead": json.dumps(wording.instead, ensure_ascii=False),
        "version": version + 1,
        "edited_ms": by.now_ms,
        "edited_by": by.who.name,
    }
    if not change(db, WORDING, key, values):
        db.execute(WORDING.insert().values(**key, **values))
    return Kept(locale, wording, version + 1, by.now_ms, by.who.name)


def forbidden_in(source: str, wanted: Mapping[str, Wording], locale: str) -> str:
    """The first forbidden word of a text; empty where there is none."""
    if not wanted:
        return ""
    try:
        return next((slip.word for slip in slips(node_of(source), wanted, locale) if slip.forbidden), "")
    except TROUBLE:
        return ""


def _checked(wording: Wording) -> Wording:
    """Without blanks at the ends and without what stands twice. Raises `WrongWording`."""
    forbidden = tuple(dict.fromkeys(found for word in wording.forbidden if (found := _word(word))))
    instead = {_word(word): _word(better) for word, better in wording.instead if _word(word)}
    both = sorted(set(forbidden) & instead.keys())
    if both:
        raise WrongWording(reason=f"`{both[0]}` is in both lists")
    if len(forbidden) > MOST or len(instead) > MOST:
        raise WrongWording(reason=f"a list may have {MOST} words")
    return Wording(forbidden, tuple(instead.items()))


def _word(text: str) -> str:
    found = " ".join(cleaned(text).split())
    if len(found) > LONGEST:
        raise WrongWording(reason=f"`{found[:40]}…` is longer than {LONGEST} characters")
    return found


def _kept(row: dict[str, object]) -> Kept:
    wording = Wording(
        tuple(json.loads(str(row["forbidden"]) or "[]")),
        tuple((word, better) for word, better in json.loads(str(row["instead"]) or "[]")),
    )
    return Kept(
        str(row["locale"]), wording, int(str(row["version"])), int(str(row["edited_ms"])), str(row["edited_by"])
    )
