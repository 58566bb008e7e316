"""What an entry may be: words, pauses, conditions, channels."""

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.content.durations import milliseconds
from gutenbot.events.messages import Choices, Image, TextMessage, Typing


@pytest.mark.parametrize(
    "yaml",
    ["x: Hello", "x: [Hello]", "x: {text: Hello}", "x: [{text: Hello}]", "x: {entries: [Hello], title: Greeting}"],
)
def test_a_plain_string_an_entry_and_a_list_of_entries_say_the_same(shelf: Shelf, yaml: str) -> None:
    assert shelf.write(yaml).says() == [TextMessage(text="Hello", content_id="x", locale="en")]


def test_entries_are_said_in_order_with_their_pauses(shelf: Shelf) -> None:
    shelf.write("x:\n- {typing: 2s, text: One}\n- wait: 1m\n- {wait: 250ms, typing: true, text: Two}\n- typing: 300")
    one, pause, two, typing = shelf.says()
    assert (one.typing_ms, one.wait_ms) == (2000, 0)
    assert isinstance(pause, Typing)
    assert (pause.typing_ms, pause.wait_ms) == (0, 60_000)
    assert (two.typing_ms, two.wait_ms) == (1000, 250)
    assert isinstance(typing, Typing)
    assert typing.typing_ms == 300


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        (True, 1000),
        (False, 0),
        ("true", 1000),
        ("0", 0),
        ("1500", 1500),
        ("2s", 2000),
        ("1.5s", 1500),
        ("1h", 3_600_000),
    ],
)
def test_durations_are_written_as_people_write_them(written: object, ms: int) -> None:
    assert milliseconds(written) == ms


@pytest.mark.parametrize("written", ["soon", "-1s", "2h", "1e9", "", "2 weeks", "99999999999999s"])
def test_what_is_no_duration_is_a_problem_at_its_place(shelf: Shelf, written: str) -> None:
    problem = shelf.write(f'x:\n- text: Hi\n  typing: "{written}"').problem()
    assert (problem.line, problem.column, problem.severity) == (3, 11, "error")


def test_random_text_comes_from_the_given_random_only(shelf: Shelf) -> None:
    shelf.write("x: [{text: [a, b, c, d, e, f]}]")
    said = [shelf.words(seed=seed) for seed in range(12)]
    assert said == [shelf.words(seed=seed) for seed in range(12)]
    assert len({words[0] for words in said}) > 2


def test_a_random_item_says_one_of_its_entries_that_fit(shelf: Shelf) -> None:
    shelf.write("x: {random: true, entries: [one, {text: two, if: never}, {text: three, on: sms}, four]}")
    assert {tuple(shelf.words(seed=seed)) for seed in range(20)} == {("one",), ("four",)}


def test_an_item_may_carry_a_title_a_description_and_tags(shelf: Shelf) -> None:
    library = shelf.write(
        "x:\n  title: Greeting\n  description: The first words\n  tags: [start, warm]\n  entries: Hello"
    ).sound()
    item = library.find("x")
    assert (item.title, item.description, item.tags) == ("Greeting", "The first words", ("start", "warm"))
    assert (item.place.file, item.place.line) == ("content/bot.yaml", 1)


FALSY = [False, 0, 0.0, "", " ", "false", "False", "0", "no", "No", [], {}, (), None]
TRUTHY = [True, 1, -1, 0.5, "yes", "true", "word", "0 apples", [0], {"a": 1}, [""]]


@pytest.mark.parametrize("value", FALSY)
def test_empty_lists_empty_text_and_words_for_no_are_false(shelf: Shelf, value: object) -> None:
    shelf.write(
        "x:\n- {if: v, text: IF}\n- {unless: v, text: UNLESS}\n- {if: '{{ v }}', text: IF}\n- {unless: '{{ v }}', text: U}"
    )
    assert shelf.words(v=value) == ["UNLESS", "U"]


@pytest.mark.parametrize("value", TRUTHY)
def test_all_else_is_true(shelf: Shelf, value: object) -> None:
    shelf.write("x:\n- {if: v, text: IF}\n- {unless: v, text: UNLESS}\n- {if: '{{ v }}', text: I}")
    assert shelf.words(v=value) == ["IF", "I"]


@pytest.mark.parametrize("written", ["false", "no", "0", "''", "[]", "{}", "'false'"])
def test_a_condition_may_be_a_literal(shelf: Shelf, written: str) -> None:
    assert shelf.write(f"x: [{{if: {written}, text: A}}, {{unless: {written}, text: B}}]").words() == ["B"]


def test_conditions_are_expressions(shelf: Shelf) -> None:
    shelf.write(
        "x:\n- {if: count > 3 and user.vip, text: many}\n- {if: 'not user.vip', text: plain}\n- {if: \"'a' in tags\", text: a}"
    )
    assert shelf.words(count=4, user={"vip": True}, tags=["a"]) == ["many", "a"]
    assert shelf.words(count=4, user={}, tags=[]) == ["plain"]


def test_a_condition_on_what_is_missing_is_false_and_no_failure(shelf: Shelf) -> None:
    assert shelf.write("x: [{if: user.address.city, text: A}, {unless: user.address.city, text: B}]").words() == ["B"]


def test_if_and_unless_at_once_is_a_problem_that_names_item_and_entry(shelf: Shelf) -> None:
    problem = shelf.write("greet.x:\n- Hello\n- if: a\n  unless: b\n  text: Hi").problem("if-and-unless")
    assert "Entry 2 of `greet.x`" in problem.message
    assert problem.line == 4


ON = """
x:
- on: web+slack
  text: only web and slack
- text: all
  on:
    sms: {text: short}
    web+slack: {text: rich}
    telegram: {parse_mode: HTML}
"""


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("web", ["only web and slack", "rich"]),
        ("slack", ["only web and slack", "rich"]),
        ("sms", ["short"]),
        ("telegram", ["all"]),
        ("voice", ["all"]),
    ],
)
def test_on_says_where_and_how(shelf: Shelf, channel: str, words: list[str]) -> None:
    assert shelf.write(ON).words(channel=channel) == words


def test_what_one_channel_alone_understands_goes_to_that_channel(shelf: Shelf) -> None:
    shelf.write(ON)
    assert shelf.says(channel="telegram")[-1].extra == {"parse_mode": "HTML"}
    assert shelf.says(channel="voice")[-1].extra is None


def test_an_override_of_the_same_kind_keeps_the_rest(shelf: Shelf) -> None:
    shelf.write(
        "x:\n- image: a.png\n  alt: A\n  typing: 1s\n  choices: [Yes]\n  on: {web: {image: b.png}, sms: {text: T, choices: []}}"
    )
    (web,) = shelf.says(channel="web")
    assert isinstance(web, Image)
    assert (web.url, web.alt, web.typing_ms, len(web.quick_replies)) == ("b.png", "A", 1000, 1)
    (sms,) = shelf.says(channel="sms")
    assert isinstance(sms, TextMessage)
    assert (sms.text, sms.typing_ms, sms.quick_replies) == ("T", 1000, ())


def test_an_entry_may_exist_on_some_channels_only(shelf: Shelf) -> None:
    shelf.write("x:\n- hello\n- on: {web: {text: click here}, voice: {text: say yes}}")
    assert shelf.words(channel="web") == ["hello", "click here"]
    assert shelf.words(channel="voice") == ["hello", "say yes"]
    assert shelf.words(channel="sms") == ["hello"]


def test_text_that_comes_out_empty_is_not_said(shelf: Shelf) -> None:
    assert shelf.write("x: [\"{{ note | default('') }}\", bye]").words() == ["bye"]


def test_on_and_no_and_yes_are_words_not_booleans(shelf: Shelf) -> None:
    shelf.write(
        "x:\n- text: no\n- text: yes\n- text: on\n- text: 1.50\n- text: 2024-01-01\n- text: 0o17\n- on: off\n  text: hidden"
    )
    assert shelf.words() == ["no", "yes", "on", "1.50", "2024-01-01", "0o17"]


def test_text_with_offered_answers_is_a_question(shelf: Shelf) -> None:
    assert isinstance(shelf.write("x: {text: Sure?, quick_replies: [Yes, No]}").says()[0], Choices)


def test_two_kinds_in_one_entry_are_a_problem(shelf: Shelf) -> None:
    problem = shelf.write("x:\n- image: a.png\n  alt: A\n  video: b.mp4").problem("two-kinds")
    assert "`image` and `video`" in problem.message


@pytest.mark.parametrize(
    "yaml", ["x:", "x: []", "x: ''", "x: [{}]", "x: [{choices: [a]}]", "x: [[a]]", "x: {entries: }", "x: [{if: a}]"]
)
def test_an_item_that_says_nothing_is_a_problem(shelf: Shelf, yaml: str) -> None:
    assert shelf.write(yaml).problem().severity == "error"
