"""A release of many texts is a few statements: nobody waits long for the one who writes."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from gutenbot.accounts.lines import SYSTEM
from gutenbot.editing import drafts
from gutenbot.editing.layers import builtin, layers_of
from gutenbot.editing.publishing import About, Ground, Wanted, publish
from gutenbot.editing.rows import Moment, Spot, item_row, revision, text_row
from gutenbot.editing.tables import META

BY = Moment(SYSTEM, 1_000_000)
GROUND = Ground("shop", "en", layers_of({}, builtin()))


@pytest.fixture
def db() -> Iterator[sa.Connection]:
    """A database with the tables of editing."""
    engine = sa.create_engine("sqlite://")
    META.create_all(engine)
    with engine.begin() as found:
        yield found
    engine.dispose()


def wanted(db: sa.Connection, prefix: str, count: int) -> list[Wanted]:
    """Drafts in two languages."""
    found = []
    for number in range(count):
        for locale in ("fr", "en"):
            spot = Spot("shop", f"{prefix}.{number}", locale)
            found.append(Wanted(spot.item, locale, drafts.save(db, spot, f"{locale} {number}\n", BY).n))
    return found


def statements(db: sa.Connection, of: list[Wanted]) -> int:
    """How many statements it takes to publish them."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db, "before_cursor_execute", note)
    publish(db, GROUND, of, BY, About())
    event.remove(db, "before_cursor_execute", note)
    return len(seen)


def test_a_hundred_texts_take_as_many_statements_as_two(db: sa.Connection) -> None:
    few, many = wanted(db, "few", 1), wanted(db, "many", 50)
    assert statements(db, many) <= statements(db, few) + 2


def test_each_text_of_a_release_is_kept_with_what_was_before(db: sa.Connection) -> None:
    first = publish(db, GROUND, wanted(db, "hat", 2), BY, About())
    spot = Spot("shop", "hat.1", "fr")
    row, source = text_row(db, spot), text_row(db, Spot("shop", "hat.1", "en"))
    assert (row["live_n"], row["draft_n"], row["generation"], source["stale_of"]) == (1, 0, 1, "")
    assert row["stale_of"] != text_row(db, Spot("shop", "hat.0", "fr"))["stale_of"]
    assert [one["from"] for one in first["items"]] == [0, 0, 0, 0]
    version = item_row(db, "shop", "hat.1")["version"]  # type: ignore[index]

    saved = drafts.save(db, spot, "chapeau\n", BY)
    second = publish(db, GROUND, [Wanted("hat.1", "fr", saved.n)], BY, About())
    assert second["items"] == [{"id": "hat.1", "locale": "fr", "from": 1, "to": 2, "expires_ms": 0, "base": ""}]
    assert item_row(db, "shop", "hat.1")["version"] == version + 2  # type: ignore[index]
    before, now = revision(db, spot, 1), revision(db, spot, 2)
    assert before and now
    assert (before["left_ms"], now["kind"], now["left_ms"], now["release"]) == (BY.now_ms, "published", 0, 2)
    assert text_row(db, spot)["stale_of"] == row["stale_of"]
