"""Types of content with fields of their own, and the built-in ones."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from core.tests.content.shelf import Shelf
from pydantic import BaseModel, Field, field_validator

from gutenbot import Bot
from gutenbot.content import TemplateFailed, load_library
from gutenbot.content.library import Library
from gutenbot.content.shapes import BUILT_IN
from gutenbot.content.types import ContentType, NoModel, WrongTypeName, content_type
from gutenbot.events.messages import Choices, Image, plain_text
from gutenbot.kernel.registry import DuplicateName
from gutenbot.modules.content_types import types_of
from gutenbot.modules.module import Module


class Trivia(BaseModel):
    """A question with answers. The first is right."""

    question: str = Field(max_length=80)
    answers: list[str] = Field(min_length=2)
    category: str = "general"
    level: int = Field(1, ge=1, le=3)
    picture: str = Field("", json_schema_extra={"x-widget": "media"})

    @field_validator("answers")
    @classmethod
    def differ(cls, answers: list[str]) -> list[str]:
        """Two equal answers are a mistake."""
        if len(set(answers)) < len(answers):
            raise ValueError("two answers are the same")
        return answers

    def render(self) -> list[Any]:
        """Asks it."""
        asked = {"text": self.question, "choices": self.answers}
        return [{"image": self.picture, "alt": self.question}, asked] if self.picture else [asked]

    def preview(self) -> str:
        """The question and the right answer."""
        return f"{self.question} {self.answers[0]}"


class Shop(BaseModel):
    """Where to buy: data that no message is made of."""

    city: str
    tags: list[str] = Field(default_factory=list)


TYPES = {**BUILT_IN, "trivia": content_type(Trivia), "shop": content_type(Shop, "shop", title="Shops")}
BEES = """
bees:
  type: trivia
  question: How many wings has a bee, {{ user.first_name | default('you') }}?
  answers: [4, 2]
  category: nature
  tags: [animals, easy]
"""


def library(shelf: Shelf) -> Library:
    return load_library(shelf.folder, types=TYPES)


def said(found: Library, item: str, **data: Any) -> list[Any]:
    return list(found.render(item, data, locale="en", channel="web", random=Random(1)).messages)


def test_an_item_of_a_type_holds_its_fields_and_says_what_its_class_renders(shelf: Shelf) -> None:
    found = library(shelf.write(BEES))
    assert found.problems == ()
    item = found.find("bees")
    assert (item.type, item.tags) == ("trivia", ("animals", "easy"))
    assert item.typed is not None
    assert item.typed.value["answers"] == ["4", "2"]
    (message,) = said(found, "bees", user={"first_name": "Ann"})
    assert isinstance(message, Choices)
    assert message.text == "How many wings has a bee, Ann?"
    assert [reply.title for reply in message.quick_replies] == ["4", "2"]


def test_an_item_of_a_type_is_named_by_its_preview(shelf: Shelf) -> None:
    item = library(shelf.write("a:\n  type: trivia\n  question: Sure?\n  answers: ['Yes', 'No']\n")).find("a")
    assert item.words == "Sure? Yes"


@pytest.mark.parametrize(
    ("yaml", "code", "line", "words"),
    [
        ("a:\n  type: trivai\n  question: x\n", "unknown-type", 2, "Did you mean `trivia`?"),
        ("a:\n  type: trivia\n  question: x\n", "missing-property", 2, "`answers` is missing"),
        ("a:\n  type: trivia\n  question: x\n  answers:\n    - one\n    - {x: 1}\n", "field", 6, "answers.1"),
        ("a:\n  type: trivia\n  question: x\n  answers: [b, b]\n", "field", 4, "two answers are the same"),
        ("a:\n  type: trivia\n  question: x\n  answers: [b, c]\n  level: 9\n", "field", 5, "`level`"),
        ("a:\n  type: trivia\n  question: '{{ x'\n  answers: [b, c]\n", "template", 3, "template"),
    ],
)
def test_what_is_wrong_with_a_field_is_told_with_its_place(
    shelf: Shelf, yaml: str, code: str, line: int, words: str
) -> None:
    found = library(shelf.write(yaml))
    problem = found.problems[0]
    assert (problem.code, problem.line) == (f"content.{code}", line)
    assert words in f"{problem.message} {problem.hint}"
    assert found.own["a"]["en"].broken


def test_all_wrong_fields_are_told_at_once(shelf: Shelf) -> None:
    found = library(shelf.write("a:\n  type: trivia\n  answers: [b]\n  level: x\n"))
    assert {problem.message.split("`")[1] for problem in found.problems} == {"question", "answers", "level"}


def test_a_property_that_the_type_does_not_have_is_a_warning(shelf: Shelf) -> None:
    found = library(shelf.write("a:\n  type: trivia\n  question: x\n  answers: [b, c]\n  levle: 2\n"))
    (problem,) = found.problems
    assert (problem.severity, problem.line) == ("warning", 5)
    assert "`level`" in problem.hint
    assert not found.find("a").broken


def test_a_class_that_fails_breaks_its_own_item_alone(shelf: Shelf) -> None:
    class Bad(BaseModel):
        """Fails."""

        n: int

        def render(self) -> list[Any]:
            """Fails for 0."""
            return [f"{1 // self.n}"]

    shelf.write("a: {type: bad, n: 0}\nb: {type: bad, n: 1}\n")
    found = load_library(shelf.folder, types={**BUILT_IN, "bad": content_type(Bad)})
    assert "ZeroDivisionError" in found.problems[0].message
    assert [plain_text(one) for one in said(found, "b")] == ["1"]


def test_data_without_render_cannot_be_said(shelf: Shelf) -> None:
    found = library(shelf.write("a: {type: shop, city: Paris, tags: [open]}\n"))
    item = found.find("a")
    assert item.typed is not None
    assert item.typed.value == {"city": "Paris", "tags": ["open"]}
    assert item.tags == ("open",)
    with pytest.raises(TemplateFailed, match="no `render`"):
        said(found, "a")


def test_pictures_of_a_type_are_checked_like_others(shelf: Shelf) -> None:
    found = library(shelf.write("a: {type: trivia, question: x, answers: [b, c], picture: a.png}\n"))
    assert {reference.value for reference in found.find("a").references} == {"a.png"}
    assert isinstance(said(found, "a")[0], Image)


@pytest.mark.parametrize(
    ("yaml", "kind"),
    [
        ("a: Hello", "text"),
        ("a:\n  - typing: 1s\n  - text: Hello", "text"),
        ("a:\n  - text: Which?\n    choices: {S: Small}", "choices"),
        ("a:\n  - image: a.png\n    alt: A", "media"),
        ("a:\n  - card: {title: A}", "card"),
        ("a:\n  - carousel: [{title: A}]", "carousel"),
        ("a:\n  - list: [{title: A}]", "list"),
        ("a:\n  - location: {latitude: 1, longitude: 2}", "location"),
        ("a:\n  - form: {fields: [{name: x}]}", "form"),
        ("a:\n  - template: {name: x}", "template"),
        ("a:\n  - Hello\n  - card: {title: A}", "messages"),
        ("a:\n  type: card\n  card: {title: A}", "card"),
    ],
)
def test_messages_have_a_type_without_naming_it(shelf: Shelf, yaml: str, kind: str) -> None:
    assert shelf.write(yaml).sound().find("a").type == kind


def test_every_built_in_type_gives_a_schema_for_a_form() -> None:
    for kind in BUILT_IN.values():
        schema = kind.schema()
        assert schema["properties"], kind.name
        assert kind.title
        assert kind.description
        assert kind.ui()["order"]


def test_a_type_needs_a_name_that_can_be_written_and_a_class() -> None:
    with pytest.raises(WrongTypeName):
        content_type(Trivia, "Two words")
    with pytest.raises(NoModel):
        content_type(dict)


def test_a_bot_and_a_module_declare_types_with_a_decorator(tmp_path: Path) -> None:
    bot, shop = Bot("quiz"), Module("shop")
    assert bot.content_type(title="Questions")(Trivia) is Trivia
    shop.content_type("product")(Shop)
    found = types_of(bot, [shop, Bot("other"), bot])
    assert {"trivia", "product", "text"} <= found.keys()
    assert (found["trivia"].title, found["trivia"].description) == (
        "Questions",
        "A question with answers. The first is right.",
    )
    assert isinstance(found["product"], ContentType)


def test_two_types_of_one_name_are_an_error_that_names_both() -> None:
    bot, shop = Bot("quiz"), Module("shop")
    bot.content_type("product")(Trivia)
    shop.content_type("product")(Shop)
    with pytest.raises(DuplicateName, match=r"shop.*quiz"):
        types_of(bot, [shop, bot])


def test_two_bots_may_each_have_a_type_of_one_name() -> None:
    one, two = Bot("one"), Bot("two")
    one.content_type("faq")(Trivia)
    two.content_type("faq")(Shop)
    assert types_of(one, [one, two])["faq"].model is Trivia
    assert types_of(two, [one, two])["faq"].model is Shop
