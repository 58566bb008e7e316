"""Words that a bot does not use, and texts that are hard to read."""

import pytest

from gutenbot.content.nodes import compose
from gutenbot.content.problems import Report
from gutenbot.content.readability import index_of, is_hard
from gutenbot.content.wording import Wording, slips


def found(text: str, locale: str = "en", **lists: Wording) -> list[tuple[str, str, bool, int]]:
    """The slips of a YAML text: word, what is better, whether it is forbidden, line."""
    (node,) = compose(text, "x", Report())
    return [(one.word, one.better, one.forbidden, one.scalar.place.line) for one in slips(node, lists, locale)]


@pytest.mark.parametrize(
    ("word", "text", "is_there"),
    [
        ("cheap", "Really CHEAP today", True),
        ("cheap", "cheaper, cheapest", False),
        ("cheap", "cheap.", True),
        ("at once", "Come at   once!", True),
        ("c++", "We use C++ here", True),
        ("免费", "今天免费送货", True),
        ("رخيص", "هذا رخيص جدا", True),
        ("name", "Hello {{ name | default('you') }}", False),
        ("Straße", "in der strasse", False),
    ],
)
def test_a_word_is_found_on_its_own_in_any_case(word: str, text: str, is_there: bool) -> None:
    assert bool(found(f"- text: {text!r}\n", en=Wording((word,)))) == is_there


def test_only_words_that_people_read_are_looked_at() -> None:
    text = """type: messages
entries:
  - text: Hello
    if: cheap
    quick_replies:
      - {title: Cheap, payload: cheap}
  - image: cheap.png
    alt: A cheap hat
tags: [cheap]
"""
    assert [line for *_, line in found(text, en=Wording(("cheap",)))] == [6, 8]


def test_lists_of_a_language_count_in_its_regions_and_nowhere_else() -> None:
    wording = Wording(("gratis",), (("vous", "tu"), ("hélas", "")))
    text = "- text: Hélas, vous l'avez gratis.\n"
    wanted = [("gratis", "", True, 1), ("vous", "tu", False, 1), ("hélas", "", False, 1)]
    assert found(text, "fr-CA", fr=wording) == wanted
    assert found(text, "fr", fr=wording) == wanted
    assert found(text, "en", fr=wording) == []


EASY = "Your parcel is on its way. It comes today. Call us if it is late. We are here until six."
HARD = (
    "Notwithstanding previously communicated transportation arrangements, extraordinary circumstances necessitate "
    "postponement of deliveries towards destinations throughout metropolitan territories until further notification."
)


def test_long_words_in_long_sentences_are_hard_to_read() -> None:
    assert index_of("Too short.") == 0
    assert index_of(EASY) < 25
    assert index_of(HARD) > 70
    assert (is_hard(EASY, "en"), is_hard(HARD, "ja")) == (0, 0)
    assert is_hard(HARD, "en-GB") == index_of(HARD)
