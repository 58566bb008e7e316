"""Lists of content are kept in order: every page of every list is what sorting all lines anew would give."""

from pathlib import Path
from random import Random

import pytest

from gutenbot.editing.catalogue import Catalogue, Edited
from gutenbot.editing.defaults import Default, Key, defaults_of
from gutenbot.editing.kept_lists import Lists
from gutenbot.editing.layers import layers_of
from gutenbot.editing.listing import SORTS, Filter, Seen, WrongSort
from gutenbot.editing.written import hash_of, read_value

WORDS = ("blue hat", "red hat", "green scarf", "blue scarf")
SEEN = Seen({f"item.{n}": n % 3 for n in range(40)}, {f"item.{n}": (n % 5, n % 2) for n in range(40)})


def catalogue(count: int = 40) -> Catalogue:
    """Items of two files, every second one in French as well."""
    found = Catalogue("shop")
    layers = layers_of({**_file("en", count, 1), **_file("fr", count, 2)}, {})
    found.update(0, [], layers, "en")
    return found


def _file(locale: str, count: int, step: int) -> dict[Key, Default]:
    text = "".join(f"item.{n}: About {WORDS[n % 4]}s\n" for n in range(0, count, step))
    found = defaults_of(text, f"content/a.{locale}.yaml", Path(f"a.{locale}.yaml"))
    return {(item, locale): one for item, one in found.items()}


@pytest.mark.parametrize("sort", [*SORTS, "shown", "used", "-edited", "-title", "-used", "-id"])
def test_pages_one_after_the_other_have_every_line_once_in_order(sort: str) -> None:
    lists, lines = Lists(), catalogue()
    got: list[str] = []
    after: str | None = ""
    while after is not None:
        page, after = lists.page(lines, Filter(), sort, 7, after, SEEN)
        got += [line.id for line in page]
    whole, _ = Lists().page(lines, Filter(), sort, 200, "", SEEN)
    assert got == [line.id for line in whole]
    assert sorted(got) == sorted(lines.lines)


def test_filters_hold_together() -> None:
    lists, lines = Lists(), catalogue()
    wanted = [n for n in range(40) if n % 2 and n % 4 in (0, 3)]
    page, _ = lists.page(lines, Filter(q="#blue", missing="fr"), "id", 200, "", SEEN)
    assert {line.id for line in page} == {f"item.{n}" for n in wanted}
    unused, _ = lists.page(lines, Filter(unused=True), "", 200, "", SEEN)
    assert {line.id for line in unused} == {f"item.{n}" for n in range(40) if n % 3 == 0}
    with pytest.raises(WrongSort):
        lists.page(lines, Filter(), "colour", 7, "", SEEN)


def test_a_list_is_made_once_and_anew_after_a_change() -> None:
    lists, lines = Lists(), catalogue()
    (first, *_), _ = lists.page(lines, Filter(), "title", 7, "", SEEN)
    made = dict(lists._known)
    lists.page(lines, Filter(), "title", 7, "", SEEN)
    assert all(lists._known[key] is kept for key, kept in made.items())
    (again, *_), _ = lists.page(lines, Filter(), "title", 7, "", Seen({}, {}))
    assert again == first
    lines.update(0, [], layers_of(_file("en", 3, 1), {}), "en")
    page, after = lists.page(lines, Filter(), "title", 7, "", SEEN)
    assert ({line.id for line in page}, after) == ({"item.0", "item.1", "item.2"}, None)


def edited(item: str, n: int, chance: Random) -> Edited:
    """An item that somebody has edited, put away or removed."""
    words = f"- text: {chance.choice(WORDS)}\n"
    value = read_value(words)
    text = {"live_n": chance.randrange(2), "draft_n": chance.randrange(2), "value": value, "live_hash": hash_of(value)}
    archived, source = chance.random() < 0.1, "gone" if chance.random() < 0.1 else "console"
    row = {"item_id": item, "source": source, "archived": archived, "edited_ms": n, "edited_by": "Eli", "version": n}
    return Edited(row, {chance.choice(("en", "fr")): text})


def test_lists_that_are_kept_up_to_date_are_those_that_would_be_made_anew() -> None:
    chance, lists, lines = Random(5), Lists(), catalogue()
    layers = layers_of({**_file("en", 40, 1), **_file("fr", 40, 2)}, {})
    lines.update(0, [], layers, "en")
    filters = [
        Filter(q="hat"),
        Filter(state="draft"),
        Filter(missing="fr"),
        Filter(unused=True),
        Filter(state="archived"),
    ]
    wanted = [(one, sort) for one in filters for sort in ("id", "-id", "-edited", "state", "title", "-used")]
    for edit in range(1, 60):
        some = {f"item.{chance.randrange(50)}" for _ in range(chance.choice((1, 1, 3, 60)))}
        lines.update(edit, [edited(item, edit, chance) for item in sorted(some)], layers, "en")
        for ask, sort in chance.sample(wanted, 8):
            got, new = (one.page(lines, ask, sort, 100, "", SEEN)[0] for one in (lists, Lists()))
            assert [line.id for line in got] == [line.id for line in new], (edit, ask, sort)
            assert got == new
        types = frozenset({"text"})
        assert lists.facets(lines, types, SEEN) == Lists().facets(lines, types, SEEN)


def test_a_change_of_one_item_makes_no_list_anew() -> None:
    lists, lines = Lists(), catalogue()
    layers = layers_of({**_file("en", 40, 1), **_file("fr", 40, 2)}, {})
    lines.update(0, [], layers, "en")
    lists.page(lines, Filter(), "title", 7, "", SEEN)
    made = dict(lists._known)
    lines.update(1, [edited("item.4", 1, Random(1))], layers, "en")
    lists.page(lines, Filter(), "title", 7, "", SEEN)
    assert all(lists._known[key] is kept for key, kept in made.items())
