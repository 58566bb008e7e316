"""Templates: values come out as they are, what is missing is named, and nothing but data is within reach."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from types import MappingProxyType
from typing import Any
from uuid import UUID

import minijinja
import pytest
from core.tests.content.shelf import Shelf

from gutenbot.content.engine import Engine, Invalid
from gutenbot.content.errors import MissingVariable, TemplateFailed
from gutenbot.content.library import render_text
from gutenbot.content.scan import FILTERS
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import Choices, TextMessage

HOSTILE = [
    "{{7*7}}",
    "{% for x in y %}",
    "{# hidden #}",
    "${7*7} %s %(a)s {0.__class__}",
    "#Bitcoin",
    "# a comment",
    ': "y',
    "- item\n- item",
    "line one\nline two\r\n\ttabbed",
    'it\'s "quoted" & <b>bold</b>',
    "&amp; &#39;",
    "\u202egnirts desrever",
    "سلام دنیا",
    "👨‍👩‍👧‍👦 🇫🇷 👍🏽 e\u0301",
    "!!python/object:os.system",
    "*alias &anchor |",
    "",
    " ",
    "\0",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_comes_out_literally_wherever_it_is_used(shelf: Shelf, value: str) -> None:
    yaml = 'x: [{text: "[{{ v }}|{{ user.name }}]", choices: [{title: "<{{ v }}>", payload: "{{ v }}"}]}]'
    (message,) = shelf.write(yaml).says(v=value, user={"name": value})
    assert isinstance(message, Choices)
    assert message.text == f"[{value}|{value}]"
    assert (message.quick_replies[0].title, message.quick_replies[0].payload) == (f"<{value}>", value)


def test_a_name_cannot_add_entries_to_an_item(shelf: Shelf) -> None:
    shelf.write('x: ["Hello {{ name }}!", bye]')
    assert shelf.words(name='Ann"\n- text: injected\n- "') == ['Hello Ann"\n- text: injected\n- "!', "bye"]


def test_apostrophes_are_not_turned_into_entities(shelf: Shelf) -> None:
    shelf.write("x: \"It's {{ name }}'s & <i>{{ user.name | upper }}</i>\"")
    assert shelf.words(name="O'Hara", user={"name": "d'Arc"}) == ["It's O'Hara's & <i>D'ARC</i>"]


def test_literal_text_of_code_is_not_templated() -> None:
    assert render_text("{{ 7*7 }} #x", {"a": 1}) == TextMessage(text="{{ 7*7 }} #x")


def test_a_missing_variable_is_named_with_item_and_place(shelf: Shelf) -> None:
    shelf.write('x:\n- text: Hi\n- text: "Hi {{ name }}"')
    with pytest.raises(MissingVariable) as caught:
        shelf.says()
    assert caught.value.fields["variable"] == "name"
    words = str(caught.value)
    assert "`#x` (content/bot.yaml:3) uses `name`" in words
    assert "name=…" in words
    assert "{{ name | default('…') }}" in words


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("{{ user.age }}", "user.age"),
        ("{{ user.a.b }}", "user.a.b"),
        ("{{ user['k'] }}", "user['k']"),
        ("{{ n | upper }}", "n"),
    ],
)
def test_a_missing_part_is_named_too(shelf: Shelf, text: str, variable: str) -> None:
    shelf.write(f'x: "{text}"')
    with pytest.raises(MissingVariable) as caught:
        shelf.says(user={"name": "Ann"})
    assert caught.value.fields["variable"] == variable


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("{{ user.a.b | default('x') }} {{ z }}", "z"),
        ("{% if user.vip %}V{% endif %}{{ user.nick }}", "user.nick"),
        ("{{ user.a.b | default('x') }} {{ n | upper }}", "n"),
    ],
)
def test_what_may_be_missing_is_not_blamed(shelf: Shelf, text: str, variable: str) -> None:
    shelf.write(f'x: "{text}"')
    with pytest.raises(MissingVariable) as caught:
        shelf.says(user={"name": "Ann"})
    assert caught.value.fields["variable"] == variable


def test_none_counts_as_missing(shelf: Shelf) -> None:
    shelf.write('x: "{{ user.name | default(\'you\') }}"\ny: "{{ user.name }}"')
    assert shelf.words(user={"name": None}) == ["you"]
    with pytest.raises(MissingVariable):
        shelf.says("y", user={"name": None})


def test_a_default_covers_every_step_of_the_way(shelf: Shelf) -> None:
    assert shelf.write("x: \"{{ user.address.city | default('nowhere') }}\"").words() == ["nowhere"]


def test_each_over_what_was_not_passed_names_it(shelf: Shelf) -> None:
    shelf.write('x: [{each: user.things, text: "{{ item }}"}, {each: things, as: t, text: "{{ t }}"}]')
    assert shelf.words(user={}, things=("a", "b")) == ["a", "b"]
    with pytest.raises(MissingVariable) as caught:
        shelf.says(user={})
    assert caught.value.fields["variable"] == "things"


@pytest.mark.parametrize("things", ["text", 7, {"a": 1}])
def test_each_needs_a_list(shelf: Shelf, things: object) -> None:
    shelf.write("x: [{each: things, text: hi}]")
    with pytest.raises(TemplateFailed, match="`things` is not a list"):
        shelf.says(things=things)


def test_each_has_an_end(shelf: Shelf) -> None:
    shelf.write("x: [{each: things, text: hi}]")
    with pytest.raises(TemplateFailed, match="more than 1000"):
        shelf.says(things=[1] * 1001)


class _Colour(Enum):
    RED = "red"


@dataclass
class _Receipt:
    id: str
    secret_method = staticmethod(lambda: "called")


PLAIN: list[tuple[object, str]] = [
    (7, "7"),
    (1.5, "1.5"),
    (10**30, "1" + "0" * 30),
    (Decimal("12.50"), "12.50"),
    (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
    (date(2026, 1, 2), "2026-01-02"),
    (time(3, 4), "03:04:00"),
    (timedelta(minutes=1), "60.0"),
    (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
    (_Colour.RED, "red"),
]


@pytest.mark.parametrize(("value", "text"), PLAIN)
def test_values_have_a_plain_form(shelf: Shelf, value: object, text: str) -> None:
    assert shelf.write('x: "{{ v }}{{ w.v }}{{ l[0] }}"').words(v=value, w={"v": value}, l=[value]) == [text * 3]


def test_records_show_their_fields(shelf: Shelf) -> None:
    shelf.write('x: "{{ receipt.id }} {{ message.text }} {{ user.name }}"')
    data: dict[str, Any] = {
        "receipt": _Receipt("R7"),
        "message": MessageEvent(body="hello"),
        "user": MappingProxyType({"name": "Ann"}),
    }
    assert shelf.words(**data) == ["R7 hello Ann"]


def test_an_object_without_words_is_refused_by_name(shelf: Shelf) -> None:
    shelf.write('x: "{{ thing }}"')
    with pytest.raises(TemplateFailed, match="`thing` is a object"):
        shelf.says(thing=object())


def test_data_that_a_text_does_not_use_is_not_looked_at(shelf: Shelf) -> None:
    assert shelf.write('x: "{{ a }}"').words(a=1, thing=object()) == ["1"]


def test_data_in_a_circle_is_refused(shelf: Shelf) -> None:
    circle: dict[str, object] = {}
    circle["me"] = circle
    shelf.write('x: "{{ v.me.me }}"')
    with pytest.raises(TemplateFailed, match="nested too deeply"):
        shelf.says(v=circle)


@pytest.mark.parametrize(
    "path", ["items", "pop", "keys", "__class__", "__init__", "clear", "get", "id.upper", "list.append"]
)
def test_methods_and_internals_are_out_of_reach(shelf: Shelf, path: str) -> None:
    names = path.split(".")
    brackets = "user" + "".join(f"['{name}']" for name in names)
    shelf.write(f'x: "{{{{ {brackets} }}}}"')
    with pytest.raises(MissingVariable):
        shelf.says(user={"name": "Ann", "id": "a", "list": [1]})


def test_a_key_may_be_named_like_a_method(shelf: Shelf) -> None:
    assert shelf.write("x: \"{{ order.items | join(', ') }} {{ order.count }}\"").words(
        order={"items": ["a", "b"], "count": 2}
    ) == ["a, b 2"]


FORBIDDEN = [
    "{{ user.pop('name') }}",
    "{{ user.items() }}",
    "{{ user['pop']('name') }}",
    "{{ debug() }}",
    "{{ dict(a=1) }}",
    "{{ namespace() }}",
    "{{ cycler() }}",
    "{{ user | attr('pop') }}",
    "{{ user | pprint }}",
    "{{ user | tojson }}",
    "{{ _locale }}",
    "{{ user.__class__ }}",
    "{% include 'a' %}",
    "{% import 'a' as b %}",
    "{% macro a() %}{% endmacro %}",
    "{% filter upper %}a{% endfilter %}",
    "{{ a is odd }}",
    "{{ a | nothing }}",
    '{{ "}}" ~ user.pop("name") }}',
    "{{ unclosed",
    "{% if a %}",
    "{{ }}",
    "{{ a b }}",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_content_has_no_need_of_is_a_problem_when_it_is_loaded(shelf: Shelf, text: str) -> None:
    shelf.write("y: fine\nx: |\n  " + text)
    problem = shelf.problem("template")
    assert (problem.line, problem.severity) == (2, "error")
    assert shelf.library().render("y", {}, locale="en", channel="web", random=Random(0)).messages


def test_an_unknown_filter_gets_a_suggestion(shelf: Shelf) -> None:
    assert shelf.write('x: "{{ a | uper }}"').problem().hint.startswith("Did you mean `upper`")


def test_the_engine_itself_knows_no_filter_function_or_test_beyond_the_list() -> None:
    known = minijinja.Environment().render_str("{{ debug() }}")
    filters = [
        line.strip(' ",') for line in known.partition("filters: [")[2].partition("]")[0].splitlines() if line.strip()
    ]
    assert len(filters) > 40
    engine = Engine()
    for name in sorted({*filters, "debug", "dict"} - FILTERS):
        for source in (f"{{{{ 1 | {name} }}}}", f"{{{{ {name}() }}}}"):
            with pytest.raises(Invalid):
                engine.compile(source)
            with pytest.raises(minijinja.TemplateError):
                engine._strict.render_str(source)


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(1000) %}{% for b in range(1000) %}x{% endfor %}{% endfor %}",
        "{{ range(100000) | length }}",
        "{{ 'a' * 1000000000 }}",
        "{{ v * 100000 }}",
        "{{ 10 ** 10000 }}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_template_cannot_take_all_time_or_memory(shelf: Shelf, text: str) -> None:
    shelf.write(f'x: "{text}"')
    with pytest.raises(TemplateFailed):
        shelf.says(v="a" * 100)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 'é' | upper }} {{ ' a ' | trim }} {{ 'ab cd' | title }} {{ 'ab' | capitalize }}", "É a Ab Cd Ab"),
        ("{{ l | join(', ') }} {{ l | first }} {{ l | last }} {{ l | length }}", "a, b, c a c 3"),
        ("{{ 2.567 | round(1) }}", "2.6"),
        ("{% if n > 3 %}many{% elif n %}some{% else %}none{% endif %}", "some"),
        ("{% for a in l %}{{ loop.index }}{{ a }}{% if not loop.last %}, {% endif %}{% endfor %}", "1a, 2b, 3c"),
        ("{% set total = n * 2 %}{{ total }}", "4"),
        ("{{ 'yes' if n == 2 and 'a' in l else 'no' }}", "yes"),
        ("{% raw %}{{ n }}{% endraw %} {# note #}{{ '{{' }}", "{{ n }} {{"),
        ("{{ (n + 1) * 2 }} {{ not (n > 1) }} {{ -(n) }}", "6 False -2"),
        ("{{ d | date }} {{ d | time }} {{ d | date('%d.%m.%y') }} {{ t | time }}", "2026-12-24 18:30 24.12.26 09:05"),
        ("{{ 1234567.5 | number }} {{ 3 | number(2) }} {{ '2.50' | number }}", "1,234,567.5 3.00 2.5"),
        ("{{ n }} {{ n | plural('pizza', 'pizzas') }} {{ 1 | plural('pizza', 'pizzas') }}", "2 pizzas pizza"),
    ],
)
def test_the_small_language_of_templates(shelf: Shelf, text: str, said: str) -> None:
    data: dict[str, Any] = {"l": ["a", "b", "c"], "n": 2, "d": datetime(2026, 12, 24, 18, 30), "t": time(9, 5)}
    assert shelf.write(f'x: "{text}"').words(**data) == [said]


@pytest.mark.parametrize(
    "text", ["{{ 'x' | date }}", "{{ 'x' | number }}", "{{ '2026-01-01' | date('%c') }}", "{{ 'x' | plural('a') }}"]
)
def test_a_filter_that_does_not_fit_its_value_says_so(shelf: Shelf, text: str) -> None:
    shelf.write(f'x: "{text}"')
    with pytest.raises(TemplateFailed, match=r"is not a|may use"):
        shelf.says()


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("de", "24.12.2026 1.234,5"),
        ("fr", "24/12/2026 1\u202f234,5"),
        ("en-US", "12/24/2026 1,234.5"),
        ("fa", "2026/12/24 1,234.5"),
        ("ja", "2026-12-24 1,234.5"),
    ],
)
def test_dates_and_numbers_follow_the_locale_of_the_item(shelf: Shelf, locale: str, said: str) -> None:
    shelf.write('x: "{{ d | date }} {{ 1234.5 | number }}"', f"bot.{locale}.yaml")
    assert shelf.words(locale=locale, d=date(2026, 12, 24)) == [said]


@pytest.mark.parametrize(
    ("locale", "categories"),
    [
        ("en", {0: "other", 1: "one", 2: "other"}),
        ("fr", {0: "one", 1: "one", 2: "other"}),
        ("fa", {0: "one", 1: "one", 2: "other"}),
        ("ru", {1: "one", 2: "few", 5: "many", 11: "many", 21: "one"}),
        ("pl", {1: "one", 2: "few", 5: "many", 12: "many", 22: "few", 21: "many"}),
        ("ar", {0: "zero", 1: "one", 2: "two", 3: "few", 11: "many", 100: "other", 103: "few"}),
        ("ja", {1: "other", 2: "other"}),
    ],
)
def test_plural_forms_follow_the_language(shelf: Shelf, locale: str, categories: dict[int, str]) -> None:
    forms = ", ".join(f"{form}='{form}'" for form in ("zero", "one", "two", "few", "many", "other"))
    shelf.write(f'x: "{{{{ n | plural({forms}) }}}}"', f"bot.{locale}.yaml")
    assert {number: shelf.words(locale=locale, n=number)[0] for number in categories} == categories
