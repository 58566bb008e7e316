"""What must hold for any text at all."""

import json
from contextlib import suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from core.tests.content.shelf import Shelf
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gutenbot.content.check import check
from gutenbot.content.engine import Engine, Failed, Invalid, Undefined
from gutenbot.content.errors import BrokenItem, MissingVariable, TemplateFailed, UnknownItem
from gutenbot.content.library import Library, load_library
from gutenbot.events.messages import TextMessage

ENTRY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["{{ a }}", "<A> B", "1s", "{{ a.b }}"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "text image alt on if unless each as typing wait choices quick_replies buttons card carousel cards title link "
                "form fields name kind options location latitude raw body channel template entries random list web sms".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
SNIPPETS = [
    *"ab:-#[]{}&*!|>'\"%@`,? \n\t.0~\\",
    "{{",
    "}}",
    "{%",
    "%}",
    "text: ",
    "on: ",
    "\n- ",
    "for a in b",
    "endif",
    "if",
]
YAMLISH = st.lists(st.sampled_from(SNIPPETS)).map("".join)


def _load(text: str | bytes) -> Library:
    with TemporaryDirectory() as folder:
        return Shelf(Path(folder) / "content").write(text).library()


def _echo() -> Library:
    return _load('x: "[{{ v }}] {{ user.name }}"')


ECHO = _echo()


@settings(deadline=None)
@given(st.text(), st.text())
@example("\ud800", "x")
def test_any_text_comes_out_literally(value: str, name: str) -> None:
    rendered = ECHO.render("x", {"v": value, "user": {"name": name}}, locale="en", channel="web", random=Random(0))
    (message,) = rendered.messages
    assert isinstance(message, TextMessage)
    if "\ud800" not in value + name:
        assert message.text == f"[{value}] {name}"


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_can_be_loaded(data: bytes) -> None:
    check(_load(data), [])


@settings(deadline=None)
@given(st.text() | YAMLISH)
@example("a: " + "[" * 5000)
@example("a: " + "{a: " * 3000)
@example("- " * 3000)
@example("? " * 3000)
@example("a: &a [*a, *b]")
@example("%YAML 3.0\n---\na: 1")
@example("a: 2026-13-45\nb: 1e999\nc: 0x\nd: .inf\ne: -.5e")
def test_any_yaml_can_be_loaded(text: str) -> None:
    check(_load(text.encode("utf-8", "surrogatepass")), [])


@settings(deadline=None)
@given(
    ENTRY,
    st.recursive(
        st.none() | st.text() | st.integers() | st.floats(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)
    ),
)
def test_any_entry_is_said_or_refused_with_one_of_our_errors(entry: Any, data: Any) -> None:
    library = _load(f"x: {json.dumps(entry, ensure_ascii=False)}")
    for channel in ("web", "voice"):
        try:
            library.render("x", {"a": data}, locale="en", channel=channel, random=Random(0))
        except (BrokenItem, MissingVariable, TemplateFailed):
            pass
        except UnknownItem:
            assert library.problems, "the YAML itself was refused"
        else:
            assert library.find("x").broken == ""


@settings(deadline=None)
@given(st.text() | YAMLISH)
@example("{{" + "'" * 200_00)
@example("{{ a" + " | upper" * 2000 + " }}")
@example("{{" + "(" * 5000)
def test_any_template_compiles_and_renders_or_says_why_not(source: str) -> None:
    engine = Engine()
    with suppress(Invalid, Failed, Undefined):
        engine.compile(source)
        assert isinstance(engine.render(source, {"a": 1}), str)


def test_a_folder_may_be_loaded_while_files_come_and_go(shelf: Shelf) -> None:
    shelf.write("a: fine")
    (shelf.folder / "gone.yaml").symlink_to(shelf.folder / "nowhere")
    (shelf.folder / "folder.yaml").mkdir()
    library = load_library(shelf.folder)
    assert list(library) == ["a"]
    assert [problem.code for problem in library.problems] == ["content.unreadable"]
