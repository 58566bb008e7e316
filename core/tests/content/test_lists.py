"""Lists that may be missing, and values of which nobody knows whether they are lists."""

from typing import Any

import pytest
from core.tests.content.shelf import Shelf

EACH = 'x: [{each: "things | default([]) | as_list", as: thing, text: "{{ thing.name | default(\'?\') }}"}, end]'
LOOP = "x: \"{% for thing in things | default([]) | as_list %}{{ thing.name | default('?') }}{% endfor %}.\""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, []),
        ({"things": None}, []),
        ({"things": []}, []),
        ({"things": False}, []),
        ({"things": ""}, []),
        ({"things": [{"name": "a"}, {"name": "b"}]}, ["a", "b"]),
        ({"things": {"name": "a"}}, ["a"]),
        ({"things": True}, ["?"]),
    ],
)
def test_anything_can_be_gone_through_as_a_list(shelf: Shelf, data: dict[str, Any], said: list[str]) -> None:
    assert shelf.write(EACH).words(**data) == [*said, "end"]
    assert shelf.write(LOOP).words(**data) == ["".join(said) + "."]


def test_a_part_by_its_name_in_brackets_may_be_missing_as_well(shelf: Shelf) -> None:
    shelf.write("""x: "Hi {{ person[\\"first-name\\"] | default('you') }}." """)
    assert shelf.words() == ["Hi you."]
    assert shelf.words(person={"first-name": "Ann"}) == ["Hi Ann."]
