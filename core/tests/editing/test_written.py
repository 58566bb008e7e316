"""Values as YAML and back, changed in place: nothing else moves, whatever the words are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gutenbot.editing.merging import merged
from gutenbot.editing.written import read_value, rewritten, written

HARD = ("a: b", "# x", "yes", "1.10", "{{ a }}", "a\nb", "a\nb\n", "  x", "- a", "é 😀 #tag", "", "null", "1e3", "'", '"', "a\\b",
        "x:", "مرحبا: «x»\nب", "{{7*7}}", "\u2028", "@x", "%x", "a\tb", "\u200fاب")  # fmt: skip
WORDS = st.text(max_size=20) | st.sampled_from(HARD)
SINGLE = WORDS | st.integers(-1000, 1000) | st.booleans() | st.none()
KEYS = st.sampled_from(["text", "image", "on", "quick_replies", "web+sms", "a b", "é", "x: y"])
VALUES = st.recursive(
    SINGLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
SOURCE = """# at the top
- text: Hello   # greeting
  quick_replies:
    # the first
    - Yes
    - "No"
  # about the wait
  wait: 1s
- |
  two
  lines
# the last
- image: a.png
  alt: x 😀 y
"""


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_a_value_comes_back_from_yaml_as_it_was(value: Any) -> None:
    assert read_value(written(value)) == value


@given(VALUES, VALUES)
@settings(max_examples=150, deadline=None)
def test_writing_a_value_over_another_gives_that_value(old: Any, new: Any) -> None:
    assert read_value(rewritten(written(old), new)) == new


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("value[0].update(text='Hallo: you')", ["# at the top", "   # greeting", "# the first", "# the last"]),
        ("value[0]['quick_replies'].append('Maybe')", ["    - Maybe\n", "# the first", "# about the wait"]),
        ("value[0].pop('wait')", ["# the first", "# the last", '"No"']),
        ("value.insert(2, {'text': 'new'})", ["- text: new\n- image: a.png", "# at the top", "- |\n  two\n"]),
        ("value.pop(0)", ["- |\n  two\n  lines", "# the last"]),
        ("value[2].update(alt='z')", ["  alt: z\n", "wait: 1s", "# the first"]),
        ("value[0]['quick_replies'].__setitem__(1, {'title': 'B'})", ["- title: B", "# the first", "# greeting"]),
    ],
)
def test_what_did_not_change_stays_as_it_was_written(change: str, kept: list[str]) -> None:
    value = read_value(SOURCE)
    exec(change)
    found = rewritten(SOURCE, value)
    assert read_value(found) == value
    assert [part for part in kept if part not in found] == []


@given(st.dictionaries(KEYS, SINGLE), st.dictionaries(KEYS, SINGLE))
@settings(max_examples=100, deadline=None)
def test_changes_of_different_fields_are_both_there(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    base = dict.fromkeys({*mine, *theirs}, "base")
    found, same = merged(base, base | theirs, base | mine)
    differ = [key for key in base if mine.get(key, "base") != "base" and theirs.get(key, "base") != "base"]
    if all(mine[key] == theirs[key] and type(mine[key]) is type(theirs[key]) for key in differ):
        assert same == []
        assert found == base | theirs | {key: value for key, value in mine.items() if value != "base"}
    else:
        assert same
