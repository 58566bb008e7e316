"""Gutenbot's own words: complete in every language, and the bot's to change."""

from random import Random

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.content.system import repair_words, system_items
from gutenbot.events.messages import plain_text

LOCALES = ["ar", "de", "en", "es", "fa", "fr"]
INVALID = (
    "text number choice confirm date time email phone url file location form too-short too-long too-small too-large too-many"
).split()
OTHERS = (
    "cancelled nothing-to-cancel cannot-go-back cannot-skip not-understood gave-up help error yes no handoff too-fast"
).split()
IDS = {*(f"gutenbot.invalid.{name}" for name in INVALID), *(f"gutenbot.{name}" for name in OTHERS)}


def test_every_word_is_there_in_every_language() -> None:
    assert system_items().keys() == IDS
    for item_id, locales in system_items().items():
        assert sorted(locales) == LOCALES, item_id


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_can_be_said_with_and_without_its_data(shelf: Shelf, locale: str) -> None:
    library = shelf.sound()
    for item_id in IDS:
        for data in ({}, {"minimum": 1, "maximum": 2000}):
            rendered = library.render(item_id, data, locale=locale, channel="web", random=Random(0))
            assert rendered.locale == locale
            (message,) = rendered.messages
            text = plain_text(message)
            assert text
            assert "  " not in text
            assert "{" not in text


def test_a_limit_is_said_when_it_is_known(shelf: Shelf) -> None:
    assert shelf.words("gutenbot.invalid.too-long", maximum=1) == [
        "That is too long. Please keep it to 1 character or fewer."
    ]
    assert shelf.words("gutenbot.invalid.too-long", locale="de", maximum=1200) == [
        "Das ist zu lang. Bitte schreiben Sie höchstens 1.200 Zeichen."
    ]
    assert shelf.words("gutenbot.invalid.too-large", maximum=2.5) == ["That is too large. The maximum is 2.5."]


def test_a_bot_says_them_in_its_own_way(shelf: Shelf) -> None:
    shelf.write("gutenbot.yes: Yep").write("gutenbot.no: Nan", "bot.fr.yaml")
    assert shelf.words("gutenbot.yes", locale="en") == ["Yep"]
    assert shelf.words("gutenbot.no", locale="fr-CA") == ["Nan"]
    assert shelf.words("gutenbot.yes", locale="fr") == ["Oui"], "the user's language goes first"


def test_a_language_that_is_not_there_falls_back(shelf: Shelf) -> None:
    assert shelf.words("gutenbot.yes", locale="ja") == ["Yes"]
    assert Shelf(shelf.folder, "de").words("gutenbot.yes", locale="ja") == ["Ja"]


KINDS = {"cancel", "back", "repeat", "skip", "help", "person", "yes", "no"}


@pytest.mark.parametrize("locale", LOCALES)
def test_repair_words_are_there_in_every_language_and_mean_one_thing(locale: str) -> None:
    words = repair_words(locale)
    assert words.keys() == KINDS
    every = [word for kind in KINDS for word in words[kind]]
    assert all(word and word == word.casefold().strip() for word in every)
    assert len(every) == len(set(every))


def test_repair_words_follow_the_language_and_fall_back_to_english() -> None:
    assert "abbrechen" in repair_words("de-AT")["cancel"]
    assert "annuler" in repair_words("fr_CA")["cancel"]
    assert repair_words("ja") == repair_words("en")
    assert {"yes", "true"} <= repair_words("en")["yes"]
    assert {"no", "false"} <= repair_words("en")["no"]
