"""The guide: pictures, the tour, the search, languages, and a group that comes."""

from pathlib import Path

import pytest

from gutenbot.content import check, load_library
from gutenbot.sdk import Audio, Carousel, FormMessage, Image, LocationMessage
from gutenbot.testing import TestBot

FOLDER = Path(__file__).parents[1]


async def test_the_tour_has_a_card_for_every_exhibit(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tour")
    carousel = ann.news[-1]
    assert isinstance(carousel, Carousel)
    assert [card.title for card in carousel.cards] == ["Astrolabe", "Amphora", "Garden carpet", "Water clock"]


async def test_an_exhibit_has_a_picture_and_a_sound_with_its_words(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tour")
    await ann.taps("SHOW ASTROLABE")
    picture, sound, _ = ann.news
    assert isinstance(picture, Image)
    assert picture.alt == "Astrolabe"
    assert isinstance(sound, Audio)
    assert sound.alt.startswith("The guide says: A model of the sky")


async def test_an_exhibit_without_sound_has_none(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("tour")
    await ann.taps("SHOW CARPET")
    assert not any(isinstance(message, Audio) for message in ann.news)


@pytest.mark.parametrize(
    ("words", "found"), [("stars", "Astrolabe"), ("TAPIS", "Garden carpet"), ("آب", "Water clock")]
)
async def test_the_search_finds_words_of_all_languages(testbot: TestBot, words: str, found: str) -> None:
    ann = testbot.user("Ann")
    await ann.says("find")
    await ann.says(words)
    ann.sees(found)


async def test_the_plan_is_a_list_and_the_way_a_place(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("plan")
    shown = ann.news[-1]
    assert isinstance(shown, Carousel)
    assert shown.layout == "list"
    await ann.says("way")
    assert isinstance(ann.news[0], LocationMessage)


async def test_a_change_of_language_holds_at_once_and_for_ever(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("language")
    await ann.taps("فارسی")
    ann.sees("از این پس فارسی صحبت می‌کنیم.")
    await testbot.restart()
    await ann.says("tour")
    ann.sees("اسطرلاب")


async def test_a_form_is_translated_and_checked(testbot: TestBot) -> None:
    zoe = testbot.user("Zoé", locale="fr-CA")
    await zoe.says("visit")
    form = zoe.news[-1]
    assert isinstance(form, FormMessage)
    assert [field.label for field in form.fields] == ["Nom du groupe", "Nombre de personnes", "Jour"]
    await zoe.fills(name="Les Amis", people=31, day="2026-05-01")
    zoe.sees("30")  # too many
    await zoe.fills(name="Les Amis", people=12, day="2026-05-01")
    zoe.sees("Nous attendons 12 personnes le 01/05/2026.")


def test_every_picture_exists_and_every_item_is_translated() -> None:
    library = load_library(FOLDER / "content", default_locale="en")
    problems = check(library, media_exists=lambda name: (FOLDER / "media" / name).is_file())
    assert [problem for problem in problems if problem.severity != "info"] == []
