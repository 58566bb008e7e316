"""Translations: files beside each other, and what is said where one is missing."""

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.content.locales import canonical, fallbacks, locale_of_stem


@pytest.mark.parametrize(
    ("stem", "name", "locale"),
    [
        ("order", "order", ""),
        ("order.fr", "order", "fr"),
        ("order.fr-CA", "order", "fr-CA"),
        ("order.pt_br", "order", "pt-BR"),
        ("order.zh-hant-tw", "order", "zh-Hant-TW"),
        ("order.es-419", "order", "es-419"),
        ("order.ckb", "order", "ckb"),
        ("order.faq", "order.faq", ""),
        ("it", "it", ""),
        ("order.english", "order.english", ""),
    ],
)
def test_the_locale_is_in_the_files_name(stem: str, name: str, locale: str) -> None:
    assert locale_of_stem(stem) == (name, locale)


def test_a_locale_falls_back_to_its_language_then_to_the_default() -> None:
    assert fallbacks("fr-ca", "de-AT") == ("fr-CA", "fr", "de-AT", "de", "en")
    assert fallbacks("", "en") == ("en",)
    assert canonical("not a tag") == "not a tag"


def test_each_item_is_said_in_the_best_locale_that_it_has(shelf: Shelf) -> None:
    shelf.write("a: en a\nb: en b\nc: en c", "bot.yaml").write("a: fr a\nb: fr b", "bot.fr.yaml").write(
        "a: ca a", "bot.fr-CA.yaml"
    )
    library = shelf.sound()
    assert library.locales == {"en", "fr", "fr-CA"}
    for locale, said in {
        "fr-CA": "ca a,fr b,en c",
        "fr-BE": "fr a,fr b,en c",
        "de": "en a,en b,en c",
        "": "en a,en b,en c",
    }.items():
        assert [shelf.words(item, locale=locale)[0] for item in "abc"] == said.split(",")


def test_messages_know_their_item_and_the_locale_that_was_used(shelf: Shelf) -> None:
    shelf.write("a: hello").write("b: bonjour", "x.fr.yaml")
    assert [(m.content_id, m.locale) for m in shelf.says("a", locale="fr")] == [("a", "en")]
    assert [(m.content_id, m.locale) for m in shelf.says("b", locale="fr-CA")] == [("b", "fr")]


def test_an_item_that_exists_in_another_locale_only_is_said_all_the_same(shelf: Shelf) -> None:
    assert shelf.write("b: bonjour", "x.fr.yaml").words("b", locale="en") == ["bonjour"]


def test_the_default_locale_is_the_bots_choice(shelf: Shelf) -> None:
    french = Shelf(shelf.folder, default_locale="fr").write("a: salut").write("a: hi", "bot.en.yaml")
    assert french.words("a", locale="de") == ["salut"]
    assert french.words("a", locale="en-GB") == ["hi"]


def test_the_default_locale_may_be_named_in_the_file_too(shelf: Shelf) -> None:
    shelf.write("a: one", "bot.yaml").write("a: two", "bot.en.yaml")
    assert shelf.problem("duplicate-id").file == "content/bot.yaml"


def test_a_broken_translation_gives_way_to_the_default(shelf: Shelf) -> None:
    shelf.write("a: hello", "bot.yaml").write('a: "{{ broken"', "bot.fr.yaml")
    library = shelf.library()
    assert len(library.problems) == 1
    assert library.find("a", "fr").locale == "en"
