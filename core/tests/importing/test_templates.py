"""What Mustache said, our templates say: compared with a small Mustache, for any text and any data. Values are never read again."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from core.tests.importing.desk import Desk
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gutenbot.content import compile_text
from gutenbot.content.engine import Engine
from gutenbot.content.problems import Place
from gutenbot.events.messages import plain_text
from gutenbot.importing.mustache import Part, Section, Variable, Words, parse
from gutenbot.importing.notes import Notes
from gutenbot.importing.scope import Scope, roots
from gutenbot.importing.templates import template, words
from gutenbot.importing.verify import as_yaml

ENGINE = Engine()
NAMES = st.sampled_from(["a", "b", "a.b", "c", "."])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1, 9) | st.text("xy{#: ", min_size=1, max_size=4),
    lambda inner: (
        st.lists(inner.filter(lambda value: value is not None), max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
HOSTILE = [
    "{{7*7}}",
    "{% for x in y %}",
    "{# x #}",
    "#Bitcoin",
    ': "y',
    "- a\n- b",
    'it\'s "q" & <b>',
    "\u202egnirts",
    "سلام",
    "{{{x}}}",
]
CHANNELS = ["web", "messenger", "telegram", "slack", "sms", "teams", "whatsapp", "discord", "email", "terminal"]


def said(source: str, data: dict[str, Any], channel: str = "web") -> str:
    """What an item of one text says; nothing when it would say nothing but white space."""
    ((item,), problems) = compile_text(as_yaml({"x": [{"text": source}]}), "x.yaml", "en", ENGINE)
    if problems:
        assert not source.strip()
        return ""
    return "".join(plain_text(message) for message in item.render(data, channel, Random(1)))


def mustache(parts: tuple[Part, ...], stack: list[Any]) -> str:
    """Mustache as its page describes it, without escaping."""
    out = ""
    for part in parts:
        if isinstance(part, Words):
            out += part.text
        elif isinstance(part, Variable):
            out += shown(looked_up(part.name, stack))
        else:
            value = looked_up(part.name, stack)
            elements = value if isinstance(value, list) else [value] if value else []
            if part.inverted:
                out += "" if elements else mustache(part.parts, stack)
            else:
                out += "".join(mustache(part.parts, [*stack, element]) for element in elements)
    return out


def looked_up(name: str, stack: list[Any]) -> Any:
    if name == ".":
        return stack[-1]
    for frame in reversed(stack):
        found = frame
        for step in name.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if found is not None:
            return found
    return None


def shown(value: Any) -> str:
    """A value in words; true and false are written as content writes them."""
    return "" if value is None else str(value)


def parts_of(depth: int) -> st.SearchStrategy[tuple[Part, ...]]:
    flat: st.SearchStrategy[Part] = st.builds(Words, st.text("ab {}%#\n'\"", min_size=1, max_size=5)) | st.builds(
        Variable, NAMES
    )
    if depth:
        name = st.sampled_from(["a", "b", "c", "a.b"])
        flat = flat | st.builds(Section, name, st.booleans(), parts_of(depth - 1))
    return st.lists(flat, max_size=4).map(tuple)


def source_of(parts: tuple[Part, ...]) -> str:
    out = ""
    for part in parts:
        if isinstance(part, Words):
            out += part.text
        elif isinstance(part, Variable):
            out += f"{{{{{part.name}}}}}"
        else:
            out += f"{{{{{'^' if part.inverted else '#'}{part.name}}}}}{source_of(part.parts)}{{{{/{part.name}}}}}"
    return out


@settings(max_examples=300, deadline=None)
@given(parts_of(2), st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3))
def test_any_template_says_what_mustache_said(parts: tuple[Part, ...], data: dict[str, Any]) -> None:
    source = source_of(parts)
    parsed = parse(source)
    expected = mustache(parsed.parts, [{}, data])
    if parsed.trouble or any(mark in expected for mark in ("[", "{'")) or "." in names_at_top(parsed.parts):
        return  # records and lists in words were printed as the language prints them
    found = template(source, Scope((), roots(all_names(parsed.parts))), Place("x"), Notes())
    assert said(found, data).rstrip() == (expected.rstrip() if expected.strip() else "")


def all_names(parts: tuple[Part, ...]) -> list[str]:
    from gutenbot.importing.mustache import variables

    return list(variables(parts))


def names_at_top(parts: tuple[Part, ...]) -> set[str]:
    """Variables outside of all sections; an inverted one has no element either."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Variable):
            found.add(part.name)
        elif isinstance(part, Section) and part.inverted:
            found |= names_at_top(part.parts)
    return found


@settings(max_examples=200, deadline=None)
@given(TEXTS)
@example("0\x85")
@example("a\u2028b\r\n c")
def test_words_that_look_like_templates_stay_words(text: str) -> None:
    assert said(words(text), {}).rstrip("\n") == (text.rstrip("\n") if text.strip() else "")


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.sampled_from(CHANNELS))
def test_any_value_comes_out_literally_on_every_channel(value: str, channel: str) -> None:
    found = template("[{{user.name}}|{{{v}}}{{#all}}{{.}}{{/all}}]", Scope(), Place("x"), Notes())
    data = {"user": {"name": value}, "v": value, "all": [value]}
    assert said(found, data, channel) == f"[{value}|{value}{value}]"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_come_out_literally_from_every_part(desk: Desk, value: str, channel: str) -> None:
    desk.bloc("""x:
  - Hi {{user.first_name}}
  - text: "{{v}}"
    quick_replies:
      {{#all}}
      - <P> {{.}}
      {{/all}}
  - template_type: generic
    elements: [{title: "{{v}}", subtitle: "{{{v}}}", buttons: [{type: postback, title: "{{v}}", payload: "{{v}}"}]}]
""")
    first, second, card = desk.says(channel=channel, v=value, all=[value], user={"first_name": value})
    assert (first.text, second.text, second.quick_replies[0].title) == (f"Hi {value}", value, value)  # type: ignore[union-attr]
    assert (card.title, card.subtitle, card.buttons[0].title, card.buttons[0].value) == (value,) * 4  # type: ignore[union-attr]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_any_text_of_an_export_is_said_as_it_stood(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder: Path = tmp_path_factory.mktemp("desk")
    export = [
        {"id": f"e{n}", "contentType": "builtin_text", "formData": {"text": text}} for n, text in enumerate(texts)
    ]
    desk = Desk(folder).write("items.json", json.dumps(export))
    if any("{{" in text for text in texts) or not desk.read(desk.old / "items.json").items:
        return
    for number, text in enumerate(texts):
        if text.strip() and f"e{number}" in desk.library():
            assert "".join(desk.words(f"e{number}")).rstrip("\n") == text.rstrip("\n")
        else:
            assert not text.strip()
