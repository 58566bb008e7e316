"""Lists of content are kept in order: every page of every list is what sorting all lines anew would give."""

from pathlib import Path

import pytest

from gutenbot.editing.catalogue import Catalogue
from gutenbot.editing.defaults import Default, Key, defaults_of
from gutenbot.editing.layers import layers_of
from gutenbot.editing.listing import SORTS, Filter, Lists, Seen, WrongSort

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
