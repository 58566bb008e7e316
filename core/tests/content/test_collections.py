"""Collections: items found by what they are."""

from typing import Any

import pytest
from core.tests.content.shelf import Shelf
from pydantic import BaseModel

from gutenbot.content import collections, load_library
from gutenbot.content.collections import UnknownCollection, WrongQuery
from gutenbot.content.library import Library
from gutenbot.content.shapes import BUILT_IN
from gutenbot.content.types import content_type


class Film(BaseModel):
    """A film."""

    title: str
    year: int | None = None
    colour: bool = True
    cast: list[str] = []
    place: dict[str, str] = {}


class Book(BaseModel):
    """A book."""

    title: str


FILMS = """
metropolis: {type: film, title: Metropolis, year: 1927, colour: false, cast: [Helm, Abel], tags: [German, Classic]}
city.lights: {type: film, title: City Lights, year: 1931, colour: false, cast: [Chaplin], place: {country: US}}
playtime: {type: film, title: Playtime, year: 1967, cast: [Tati], place: {country: FR}, tags: [classic]}
undated: {type: film, title: Undated}
classic.book: {type: book, title: Classic City Lights, tags: [classic]}
hello: A classic hello
"""


@pytest.fixture
def films(shelf: Shelf) -> Library:
    shelf.write(FILMS)
    return load_library(shelf.folder, types={**BUILT_IN, "film": content_type(Film), "book": content_type(Book)})


def ids(films: Library, **asked: Any) -> list[str]:
    return [one.id for one in collections.query(films, "film", "en", **asked)]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({}, "metropolis city.lights playtime undated"),
        ({"year": 1967}, "playtime"),
        ({"title": "playTIME"}, "playtime"),
        ({"cast": "helm"}, "metropolis"),
        ({"cast": ["Tati", "Chaplin"]}, "city.lights playtime"),
        ({"tags": "CLASSIC"}, "metropolis playtime"),
        ({"tags": "classic", "colour": True}, "playtime"),
        ({"colour": False}, "metropolis city.lights"),
        ({"colour": 0}, ""),
        ({"year": {"min": 1930}}, "city.lights playtime"),
        ({"year": {"min": 1928, "max": 1940}}, "city.lights"),
        ({"year": {"min": "many"}}, ""),
        ({"tags": {"not": "classic"}}, "city.lights undated"),
        ({"title": {"has": "LIGHT"}}, "city.lights"),
        ({"place.country": "FR"}, "playtime"),
        ({"place.country.deeper": "FR"}, ""),
        ({"id": ["undated", "hello"]}, "undated"),
        ({"nothing": None}, "metropolis city.lights playtime undated"),
        ({"nothing": 1}, ""),
    ],
)
def test_all_conditions_must_hold(films: Library, where: dict[str, Any], found: str) -> None:
    assert ids(films, where=where) == found.split()


def test_words_never_reach_beyond_the_collection_and_its_conditions(films: Library) -> None:
    assert ids(films, q="classic") == ["metropolis", "playtime"]
    assert ids(films, q="city OR classic") == []
    assert ids(films, q="lights city") == ["city.lights"]
    assert ids(films, q="classic", where={"year": 1927}) == ["metropolis"]


def test_elements_are_sorted_and_those_without_a_value_come_last(films: Library) -> None:
    assert ids(films, sort="year") == ["metropolis", "city.lights", "playtime", "undated"]
    assert ids(films, sort="-year") == ["playtime", "city.lights", "metropolis", "undated"]
    assert ids(films, sort="title")[0] == "city.lights"


def test_an_element_is_the_one_in_the_persons_language(films: Library, shelf: Shelf) -> None:
    shelf.write("playtime: {type: film, title: Tatis herrliche Zeiten, year: 1967}\n", "bot.de.yaml")
    german = collections.query(films.reload(), "film", "de", where={"year": 1967})
    assert german[0].value["title"] == "Tatis herrliche Zeiten"
    assert len(collections.elements(films.reload(), "film", "de")) == 4


def test_broken_elements_are_left_out(films: Library, shelf: Shelf) -> None:
    shelf.write("new: {type: film}\n", "new.yaml")
    assert "new" not in [one.id for one in collections.elements(films.reload(), "film", "en")]


def test_unknown_collections_and_conditions_are_told(films: Library) -> None:
    with pytest.raises(UnknownCollection, match=r"`film`, `book`"):
        collections.query(films, "flim", "en")
    with pytest.raises(UnknownCollection):
        collections.query(films, "text", "en")
    with pytest.raises(WrongQuery, match="least"):
        collections.query(films, "film", "en", where={"year": {"least": 3}})


def test_one_element_is_found_by_its_id(films: Library) -> None:
    found = collections.element(films, "playtime", "en")
    assert found is not None
    assert found.plain()["value"]["year"] == 1967
    assert collections.element(films, "hello", "en") is None
    assert collections.element(films, "nothing", "en") is None
