"""Variants of an item: which of them is said."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.events.messages import plain_text


class Remembers:
    """What was said to one person."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.chosen: list[str] = []

    def position(self, item: str) -> int:
        self.count[item] += 1
        return self.count[item] - 1

    def chose(self, item: str, variant: str) -> None:
        self.chosen.append(f"{item}: {variant}")


def words(shelf: Shelf, times: int, memory: Remembers | None = None, seed: int = 1, **data: Any) -> list[str]:
    found, random = shelf.sound(), Random(seed)
    rendered = (found.render("x", data, locale="en", channel="web", random=random, memory=memory) for _ in range(times))
    return [" ".join(plain_text(message) for message in one.messages) for one in rendered]


def test_one_variant_is_said_each_time_at_random(shelf: Shelf) -> None:
    shelf.write("x:\n  variants:\n    - Hello\n    - text: Hi\n    - entries: [Good, day]\n")
    assert set(words(shelf, 60)) == {"Hello", "Hi", "Good day"}


def test_chance_is_the_same_for_the_same_seed(shelf: Shelf) -> None:
    shelf.write("x:\n  variants: [Hello, Hi, Hey]\n")
    assert words(shelf, 20, seed=7) == words(shelf, 20, seed=7)


def test_shares_say_how_often(shelf: Shelf) -> None:
    shelf.write("x:\n  variants:\n    - {text: a, share: 90}\n    - {text: b, share: 10%}\n    - {text: c, share: 0}\n")
    counted = Counter(words(shelf, 1000))
    assert counted.keys() == {"a", "b"}
    assert 850 < counted["a"] < 950


def test_a_sequence_goes_on_for_each_person_and_begins_again(shelf: Shelf) -> None:
    shelf.write("x:\n  choose: sequence\n  variants: [one, two, three]\n")
    ann, bob = Remembers(), Remembers()
    assert words(shelf, 4, ann) == ["one", "two", "three", "one"]
    assert words(shelf, 1, bob) == ["one"]


def test_the_first_variant_whose_condition_holds_is_said_by_segment(shelf: Shelf) -> None:
    shelf.write("x:\n  choose: segment\n  variants:\n    - {if: user.gold, text: Dear}\n    - {text: Hi}\n")
    assert words(shelf, 3, user={"gold": True}) == ["Dear"] * 3
    assert words(shelf, 3, user={}) == ["Hi"] * 3


def test_a_variant_whose_condition_does_not_hold_is_left_out(shelf: Shelf) -> None:
    shelf.write("x:\n  variants:\n    - {unless: user.gold, text: Hi}\n    - {if: user.gold, text: Dear}\n")
    assert set(words(shelf, 20, user={"gold": True})) == {"Dear"}
    shelf.write("x:\n  variants:\n    - {if: user.gold, text: Dear}\n    - {if: user.gold, text: You}\n")
    assert words(shelf, 1, user={}) == [""]


def test_what_was_chosen_is_told_by_name(shelf: Shelf) -> None:
    shelf.write("x:\n  variants:\n    - {name: warm, text: Hello}\n    - Hi\n")
    memory = Remembers()
    words(shelf, 30, memory)
    assert set(memory.chosen) == {"x: warm", "x: B"}


def test_variables_and_pictures_of_all_variants_are_known(shelf: Shelf) -> None:
    shelf.write("x:\n  variants:\n    - text: '{{ a }}'\n    - image: b.png\n      alt: B\n")
    item = shelf.sound().find("x")
    assert [variable.name for variable in item.variables] == ["a"]
    assert [reference.value for reference in item.references] == ["b.png"]


@pytest.mark.parametrize(
    ("yaml", "code"),
    [
        ("x:\n  variants: []\n", "no-variants"),
        ("x:\n  variants: Hello\n", "no-variants"),
        ("x:\n  entries: [a]\n  variants: [b]\n", "two-kinds"),
        ("x:\n  variants: [a]\n  choose: sometimes\n", "bad-value"),
        ("x:\n  variants:\n    - {text: a, share: many}\n", "bad-value"),
        ("x:\n  variants:\n    - {text: a, share: -1}\n", "bad-value"),
        ("x:\n  variants:\n    - {text: a, share: 0}\n", "no-share"),
        ("x:\n  variants:\n    - {name: n, text: a}\n    - {name: n, text: b}\n", "two-variants"),
        ("x:\n  variants: [" + ", ".join(["a"] * 51) + "]\n", "too-many-variants"),
    ],
)
def test_mistakes_in_variants_are_told(shelf: Shelf, yaml: str, code: str) -> None:
    shelf.write(yaml).problem(code)
