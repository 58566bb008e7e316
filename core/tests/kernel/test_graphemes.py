"""Where a text may be cut."""

import pytest
import regex

from gutenbot.kernel.graphemes import GRAPHEME, beginning
from gutenbot.turns.degrade import split_text

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
SEEN_AS_ONE = {
    "a family": FAMILY,
    "a flag": "🇮🇷",
    "a colour of skin": "👍🏽",
    "a mark": "e\u0301",
    "many marks": "o" + "\u0308" * 12,
    "a heart": "❤️\u200d🔥",
    "a syllable": "क्षि",
    "a line": "\r\n",
}


@pytest.mark.parametrize("one", SEEN_AS_ONE.values(), ids=SEEN_AS_ONE)
@pytest.mark.parametrize("unit", ["characters", "utf8", "utf16"])
def test_inp_06_no_limit_splits_what_is_seen_as_one(one: str, unit: str) -> None:
    text = f"ab{one * 5}cd{one}"
    whole = [found for found in regex.findall(r"\X", text) if found.strip()]
    size = {"characters": len(one), "utf8": len(one.encode()), "utf16": len(one.encode("utf-16-le")) // 2}[unit]
    for limit in range(size, size * 3 + 4):
        parts = split_text(text, limit, unit)
        assert [found for part in parts for found in regex.findall(r"\X", part) if found.strip()] == whole


@pytest.mark.parametrize("one", SEEN_AS_ONE.values(), ids=SEEN_AS_ONE)
def test_inp_06_no_beginning_ends_inside_of_what_is_seen_as_one(one: str) -> None:
    text = f"some {one * 20} more"
    ends = {seen.end() for seen in GRAPHEME.finditer(text)}
    for most in range(5, len(text) + 3):
        found = beginning(text, most)
        assert text.startswith(found)
        assert len(found) == max(end for end in ends if end <= most)


def test_inp_06_a_long_text_without_a_blank_is_cut_well_too() -> None:
    text = FAMILY * 1000
    found = beginning(text, 5000)
    assert 4900 < len(found) <= 5000
    assert len(found) % len(FAMILY) == 0


def test_what_is_longer_than_the_limit_by_itself_is_cut() -> None:
    assert beginning("a" + "\u0301" * 100, 10) == "a" + "\u0301" * 9
