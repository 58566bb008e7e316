"""What managers edited: elements of 10 to 12, questions, items and forms of 1.x."""

import json
from typing import Any

import pytest
from core.tests.importing.desk import Desk

from gutenbot.events.messages import Buttons, Card, Carousel, Choices, FormMessage, Image

PNG = b"\x89PNG\r\n"


def element(item: str, **data: Any) -> str:
    return json.dumps([{"id": item, "formData": data, "createdBy": "admin"}])


def test_elements_of_12_are_said_in_their_languages(desk: Desk) -> None:
    desk.write("bot.config.json", '{"defaultLanguage": "fr"}')
    data = {"text$en": "Hello {{user.first_name}}", "text$fr": "Bonjour", "variations$fr": ["Salut"], "typing$fr": True}
    desk.write("content-elements/builtin_text.json", element("builtin_text-_a-B", **data)).read()
    assert {desk.words("builtin_text-_a-B", seed=seed)[0] for seed in range(9)} == {"Bonjour", "Salut"}
    (hello,) = desk.says("builtin_text-_a-B", locale="en", user={"first_name": "{{7*7}}"})
    assert hello.text == "Hello {{7*7}}"  # type: ignore[union-attr]
    assert desk.says("builtin_text-_a-B")[0].typing_ms == 1000


def test_choices_cards_carousels_pictures_and_buttons(desk: Desk) -> None:
    actions = [
        {"action": "Open URL", "title": "Go", "url": "https://example.org/"},
        {"action": "Say something", "title": "Hi", "text": "hi there"},
        {"action": "Postback", "title": "Buy", "payload": "buy"},
    ]
    card = {"title": "T", "subtitle": "S", "image": "/api/v1/bots/old/media/a-1.png", "actions": actions}
    desk.write("media/a-1.png", PNG)
    choice = element("c", **{"text$en": "Size?", "choices$en": [{"title": "Large", "value": "l"}]})
    desk.write("content-elements/builtin_single-choice.json", choice)
    desk.write(
        "content-elements/builtin_card.json", element("k", **{f"{name}$en": value for name, value in card.items()})
    )
    desk.write("content-elements/builtin_carousel.json", element("r", **{"items$en": [card, {"title": "U"}]}))
    desk.write("content-elements/builtin_image.json", element("i", **{"image$en": card["image"], "title$en": "A"}))
    button = {"action$en": "Open URL", "title$en": "Look", "url$en": "https://example.org/"}
    desk.write("content-elements/builtin_action-button.json", element("b", **button)).read()
    (pick,), (one,), (many,), (image,), (look,) = (desk.says(item) for item in "ckrib")
    assert isinstance(pick, Choices)
    assert pick.quick_replies[0].payload == "l"
    assert isinstance(one, Card)
    assert [(button.kind, button.value) for button in one.buttons] == [
        ("link", "https://example.org/"),
        ("say", "hi there"),
        ("postback", "buy"),
    ]
    assert one.image == "botpress/a-1.png"
    assert desk.imported.media == {"a-1.png": PNG}
    assert isinstance(many, Carousel)
    assert many.cards[0].buttons == one.buttons
    assert isinstance(image, Image)
    assert isinstance(look, Buttons)
    assert [note.construct for note in desk.lost()] == ["settings"] or desk.lost() == []


def test_an_export_of_all_content_is_one_file(desk: Desk) -> None:
    export = [
        {"id": "t", "contentType": "builtin_text", "formData": {"text$en": "a", "typing$en": False}},
        {
            "id": "v",
            "contentType": "builtin_video",
            "formData": {"video$en": "https://example.org/a.mp4", "title$en": "b"},
        },
        {"id": "o", "contentType": "own_kind", "formData": {"text": "c", "choices": [{"title": "d", "value": "e"}]}},
        {"id": "p", "contentType": "other", "formData": {"colour": "red"}},
    ]
    desk.write("export.json", json.dumps(export, indent=1)).read(desk.old / "export.json")
    assert [desk.words(item) for item in "tvo"] == [["a"], ["b"], ["c"]]
    assert [str(note.place) for note in desk.changed()] == ["export.json:21"]
    assert desk.where() == ["export.json:31 content element"]


@pytest.mark.parametrize("shape", ["one file each", "an export", "a list", "of 10"])
def test_questions_lead_to_their_answers(desk: Desk, shape: str) -> None:
    question = {
        "id": "k_hours",
        "data": {
            "action": "text",
            "enabled": True,
            "questions": {"en": ["When do you open?", "opening hours"]},
            "answers": {"en": ["At nine: always"]},
        },
    }
    old = {
        "id": "k_hours",
        "data": {"questions": ["When do you open?", "opening hours"], "answer": "At nine: always", "action": "text"},
    }
    files = {
        "one file each": json.dumps(question),
        "an export": json.dumps({"qnas": [question], "contentElements": []}),
        "a list": json.dumps([question]),
        "of 10": json.dumps([old]),
    }
    desk.write("qna/k.json", files[shape]).read()
    assert desk.words("qna.k_hours") == ["At nine: always"]
    (found,) = desk.imported.questions
    assert (found.item, list(found.asked.values())) == ("qna.k_hours", [["When do you open?", "opening hours"]])
    assert desk.lost() == []


def test_questions_that_are_off_go_elsewhere_or_say_nothing_are_named(desk: Desk) -> None:
    asked = {"en": ["q"]}
    qnas = [
        {"id": "a", "data": {"enabled": False, "questions": asked, "answers": {"en": ["x"]}}},
        {"id": "b", "data": {"action": "redirect", "redirectFlow": "main", "questions": asked, "answers": {"en": []}}},
        {"id": "c", "data": {"questions": {}, "answers": {"en": ["x"]}}},
        {"id": "d", "data": {"questions": asked, "answers": {"en": ["#!builtin_text-e"]}}},
    ]
    desk.write("qna.json", json.dumps(qnas, indent=0)).write(
        "content-elements/t.json", element("builtin_text-e", text="E")
    )
    desk.read()
    assert [note.construct for note in desk.lost()] == ["question", "question", "redirect of a question", "question"]
    assert [question.item for question in desk.imported.questions] == ["builtin_text-e"]


FORM = """// a form
const helper = require('./helper')
module.exports = {
  id: 'trivia', title: "Trivia",
  jsonSchema: {
    type: 'object', required: ['question'],
    properties: {
      question: { type: 'string', title: 'Question', maxLength: 80 },
      level: { type: 'string', enum: ['easy', 'hard'], enumNames: ['Easy', 'Hard'] },
      count: { type: 'integer', minimum: 1, },
      mail: { type: 'string', format: 'email' },
      all: { type: 'array', items: { type: 'string' } },
    },
  },
  uiSchema: {},
  ummBloc: '#trivia-question',
  computeFormData: formData => { return { "a}": formData } },
  computePreviewText(formData) { return `x ${formData.question}` },
  computeMetadata: function () { return [] }
}
"""
ITEMS = [
    {
        "id": "trivia-a1b2c3",
        "categoryId": "trivia",
        "data": {"question": 'Who: "#1"?', "choices": ["A", "B, {{7*7}}"]},
        "formData": {"question": "Who"},
        "previewText": "Who",
    }
]
BLOC = """trivia-question:
  - text: "{{question}} {{user.first_name}}"
    quick_replies:
      {{#choices}}
      - <PICK> {{.}}
      {{/choices}}
"""


def test_items_of_1_x_say_their_bloc_with_their_data(desk: Desk) -> None:
    desk.write("content.yml", BLOC).write("forms/trivia.form.js", FORM).write("items.json", json.dumps(ITEMS)).read()
    (message,) = desk.says("trivia-a1b2c3", user={"first_name": "Ann"})
    assert isinstance(message, Choices)
    assert message.text == 'Who: "#1"? Ann'
    assert [reply.title for reply in message.quick_replies] == ["A", "B, {{7*7}}"]
    (asked,) = desk.says("trivia-question", question="Q", choices=["C"])
    assert asked.quick_replies[0].title == "C"


def test_the_schema_of_a_form_is_a_form_and_its_code_is_named_not_run(desk: Desk) -> None:
    desk.write("forms/trivia.form.js", FORM).read()
    (form,) = desk.says("form.trivia")
    assert isinstance(form, FormMessage)
    fields = [(field.name, field.kind, field.required) for field in form.fields]
    assert fields == [
        ("question", "text", True),
        ("level", "select", False),
        ("count", "number", False),
        ("mail", "email", False),
    ]
    assert [(option.title, option.payload) for option in form.fields[1].options] == [("Easy", "easy"), ("Hard", "hard")]
    assert [(note.place.line, note.construct) for note in desk.lost()] == [
        (12, "field"),
        (17, "code of a form"),
        (18, "code of a form"),
        (19, "code of a form"),
    ]


@pytest.mark.parametrize(
    "text", ["", "module.exports = require('x')", "module.exports = {id: f(", "{", "module.exports = {}" + "[" * 9000]
)
def test_a_form_that_is_no_data_is_named(desk: Desk, text: str) -> None:
    desk.write("forms/a.form.js", text).read()
    assert {note.construct for note in desk.lost()} == {"form"}


@pytest.mark.parametrize("text", ["", "{", "[1,", "nope", "[" * 100_000, '{"a": "' + "\\" * 99_999, "\x00"])
def test_json_that_cannot_be_read_is_named(desk: Desk, text: str) -> None:
    desk.write("qna/a.json", text).read()
    assert [note.construct for note in desk.lost()] == ["JSON"]


def test_5_000_elements_are_read_in_a_moment(desk: Desk) -> None:
    export = [
        {"id": f"t{n}", "contentType": "builtin_text", "formData": {"text$en": f"text {n}"}} for n in range(5_000)
    ]
    desk.write("export.json", json.dumps(export, indent=2)).read(desk.old / "export.json")
    assert len(desk.imported.items) == 5_000
