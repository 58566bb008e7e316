"""Content as strangers wrote it: every file imports, says what can be said, and names the rest with its line."""

from typing import Any

import pytest
from core.tests.importing.desk import Desk

from gutenbot.events.messages import Choices, FormMessage

TABS = "welcome:\n\t- text: Hello\n\t  typing: 1s\n\t-\ttext: Pick\n\t\tquick_replies:\n\t\t\t- <A> One\nok:\n  - text:\tFine\n"
CRLF = (
    "\ufeff# words\r\nwelcome:\r\n  - text: |\r\n      Line one\r\n      Line two\r\n{{#list}}\r\n  - {{.}}\r\n"
    "{{/list}}\r\nbye:\r\n  - Bye\r\n"
)
TWICE = "welcome:\n  - First\nwelcome:\n  - Second\nask:\n  - text: A\n    text: B\n    typing: 1s\n    typing: 2s\n"
ANCHORS = """\
defaults: &slow
  typing: 1s
.hello: &hello
  - text: Hi from an anchor
hello: *hello
merged:
  - <<: *slow
    text: Merged
both:
  - <<: [*slow, {wait: 2s}]
    text: Two merged
broken:
  - *nothing
loop: &loop
  - *loop
"""
DOCUMENTS = """\
%YAML 1.1
---
# the first
one:
  - Text one
...
---
two:
  - Text two
---
- just a list
---
just words
---
one:
  - Once more
--- {three: [In one line]}
"""
COMMENTS = """\
#off:
#  - old
welcome: # behind a key
  # before a message
  - text: Visit https://a.example/#part # behind words
  - "Quoted # no comment"
  - 'it''s # fine'   # yes
  {{! a comment of Mustache }}
  - text: Hi {{! in between }} there
  - {{! at the beginning }} after
  # {{#section}}
"""
BLOCKS = """\
folded:
  - text: >-
      Folded {{user.first_name}}
      goes on

      and on
  - text: |+
      Kept

literal: |
  A whole bloc
  {{#items}}
  * {{name}}
  {{/items}}
quoted:
  - text: "An \\u00e9 and an \\x41"
  - "folded
    in quotes"
"""
NUMBERS = """\
404:
  - Not found
1.5:
  - Version
null:
  - Nothing
2017-01-01:
  - A date
answers:
  - 42
  - 3.10
  - 007
  - ~
  - text: yes
    quick_replies: [1, <2> 2, true]
"""
LETTERS = """\
приветствие:
  - text: Привет, {{user.first_name}}!
你好:
  - 你好
مرحبا:
  - text: أهلا
    quick_replies:
      - <نعم> نعم
🍕:
  - Pizza
🌮:
  - Taco
"#hash":
  - With a hash
"""
SECTIONS = """\
orders:
  {{#orders}}
  - text: "Order {{id}} of {{customer.name}}"
  {{^paid}}
  - text: Pay {{id}}
  {{/paid}}
  {{/orders}}
  {{^orders}}
  - text: None
  {{/orders}}
deep: "{{#a}}{{#b}}{{#c}}{{d}}{{/c}}{{/b}}{{/a}}{{^a}}-{{/a}}"
open:
  {{#open}}
  - text: Inside
wrong:
  - "{{#x}}a{{/y}}b"
"""
TAGS = """\
{{> header}}
welcome:
  - "Hi {{> name}}you"
  - text: {{{html}}}
  - "{{&html}} <b>bold</b> &amp; ${a} {% b %} {# c #}"
  {{=<% %>=}}
  - text: <% changed %>
  <%={{ }}=%>
  - text: "back {{html}}"
"""
CHANNELS = """\
ask:
  - on: facebook+slack
    text: Both
  - if: "{{premium}}"
    unless: "{{banned}}"
    text: Neither
  - on: telegram
    reply_markup: {keyboard: [[a]]}
    text: Keys
  - text: Known
    metadata: {a: 1}
    persona_id: 9
"""

Said = dict[str, list[str]]


@pytest.mark.parametrize(
    ("text", "said", "lost"),
    [
        (TABS, {"welcome": ["Hello", "Pick"], "ok": ["Fine"]}, []),
        (CRLF, {"welcome": ["Line one\nLine two", "a", "b"], "bye": ["Bye"]}, []),
        (CRLF.replace("\r\n", "\r"), {"welcome": ["Line one\nLine two", "a", "b"], "bye": ["Bye"]}, []),
        (TWICE, {"welcome": ["First"], "ask": ["A"]}, ["3 YAML", "7 `text`", "9 `typing`"]),
        (
            ANCHORS,
            {"hello": ["Hi from an anchor"], "merged": ["Merged"], "both": ["Two merged"]},
            ["12 bloc", "13 YAML", "14 bloc", "15 YAML"],
        ),
        (
            DOCUMENTS,
            {"one": ["Text one"], "two": ["Text two"], "three": ["In one line"]},
            ["11 YAML", "13 YAML", "15 bloc"],
        ),
        (
            COMMENTS,
            {"welcome": ["Visit https://a.example/#part", "Quoted # no comment", "it's # fine", "Hi  there", "after"]},
            ["11 section"],
        ),
        (
            BLOCKS,
            {
                "folded": ["Folded Ann goes on\nand on", "Kept"], "literal": ["A whole bloc\n* x"],
                "quoted": ["An é and an A", "folded in quotes"],
            },
            [],
        ),
        (
            NUMBERS,
            {
                "404": ["Not found"], "1.5": ["Version"], "null": ["Nothing"], "2017-01-01": ["A date"],
                "answers": ["42", "3.10", "007", "yes"],
            },
            [],
        ),
        (
            LETTERS,
            {
                "приветствие": ["Привет, Ann!"], "你好": ["你好"], "مرحبا": ["أهلا"], "item": ["Pizza"],
                "item-2": ["Taco"], "hash": ["With a hash"],
            },
            [],
        ),
        (
            SECTIONS,
            {"orders": ["Order 1 of Bo", "Order 2 of Cy", "Pay 2"], "deep": ["-"], "open": ["Inside"], "wrong": ["ab"]},
            ["13 section", "16 section", "16 section"],
        ),
        (
            TAGS,
            {"welcome": ["Hi you", "<i>", "<i> <b>bold</b> &amp; ${a} {% b %} {# c #}", "<% changed %>", "back <i>"]},
            ["1 Mustache tag", "3 Mustache tag", "6 Mustache tag"],
        ),
        (
            CHANNELS,
            {"ask": ["Known"]},
            ["4 message", "8 `reply_markup`", "11 `metadata`", "12 `persona_id`"],
        ),
    ],
    ids="tabs crlf cr twice anchors documents comments blocks numbers letters sections tags channels".split(),
)  # fmt: skip
def test_a_strangers_content_says_what_it_can_and_names_the_rest(
    desk: Desk, text: str, said: Said, lost: list[str]
) -> None:
    desk.bloc(text)
    data: dict[str, Any] = {
        "user": {"first_name": "Ann"}, "list": ["a", "b"], "items": [{"name": "x"}], "html": "<i>", "x": True,
        "orders": [{"id": 1, "customer": {"name": "Bo"}, "paid": True}, {"id": 2, "customer": {"name": "Cy"}}],
    }  # fmt: skip
    assert {item: [words.strip() for words in desk.words(item, **data)] for item in said} == said
    assert [place.removeprefix("content.yml:") for place in desk.where()] == lost


def test_what_was_taken_in_another_way_is_told(desk: Desk) -> None:
    desk.bloc(TABS)
    assert [(note.place.line, note.construct) for note in desk.changed()] == [(2, "tabs")]
    pick = desk.says("welcome")[1]
    assert isinstance(pick, Choices)
    assert [(one.title, one.payload) for one in pick.quick_replies] == [("One", "A")]
    desk.bloc(LETTERS)
    assert [note.place.line for note in desk.changed()] == [9, 11, 13]


FORM = """\
// how questions are asked
const _ = require('lodash')

module.exports = {
\tid: 'trivia', // its id
\ttitle: "Trivia's \\"Questions\\"",
\tdescription: `several
lines`,
\tummBloc: '#trivia',
\tjsonSchema: {
\t\t'type': 'object', required: ['question',],
\t\tproperties: {
\t\t\tquestion: { type: 'string', title: 'Question', maxLength: 600 },
\t\t\tlabel: { type: 'string', title: 'A ' + 'label', pattern: '^a' },
\t\t\tbad: { type: 'array', items: { type: 'string' } },
\t\t\tlevel: { type: 'string', enum: ['easy', 'hard'], default: 'easy' },
\t\t},
\t},
\tuiSchema: { level: { 'ui:options': { inline: true } } },
\tcomputeFormData: form => ({ question: form.question, choices: _.shuffle([]) }),
\tcomputeMetadata(form) { return [`a ${form.level}`] },
};
"""


def test_a_form_as_a_stranger_wrote_it_is_a_form_and_each_line_of_the_rest_is_named(desk: Desk) -> None:
    desk.write("trivia.form.js", FORM).bloc("trivia:\n  - '{{question}}'\n")
    (form,) = desk.says("form.trivia")
    assert isinstance(form, FormMessage)
    assert form.title == 'Trivia\'s "Questions"'
    assert [field.name for field in form.fields] == ["question", "label", "level"]
    assert {place.removeprefix("trivia.form.js:") for place in desk.where()} == {
        "7 `description` of a form", "14 code of a form", "14 `pattern` of a field", "15 field", "16 `default` of a field",
        "19 `ui:options` of a field", "20 code of a form", "21 code of a form",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "exports.default = { id: 'a', title: 'A', jsonSchema: require('./a.json'), ummBloc: '#a' }",
        "module.exports = (bp) => ({ id: 'a', jsonSchema: { type: 'object' } })",
        "module.exports = class Form {}",
        "while (true) {}",
        "\ufeff",
    ],
)
def test_a_form_that_is_made_by_code_is_named_and_hurts_nothing(desk: Desk, text: str) -> None:
    desk.write("a.form.js", text).bloc("a:\n  - Said\n")
    assert desk.words("a") == ["Said"]
    assert "a.form.js:1 form" in desk.where()


def test_what_an_element_has_beyond_ours_is_named(desk: Desk) -> None:
    element = (
        '[\n {"id": "a-1", "formData": {"text$en": "Hi", "markdown$en": true,\n  "mood": "happy", "typing": true}}]'
    )
    desk.write("content-elements/builtin_text.json", element).read()
    assert desk.words("a-1") == ["Hi"]
    assert desk.where() == [
        "content-elements/builtin_text.json:2 `markdown$en`", "content-elements/builtin_text.json:3 `mood`"
    ]  # fmt: skip
