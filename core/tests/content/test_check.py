"""`gutenbot content check`: what does not fit between content and code."""

from core.tests.content.shelf import Shelf

from gutenbot.content.check import check
from gutenbot.content.problems import Place, Problem
from gutenbot.content.uses import Use, find_uses

CODE = """
async def order(chat):
    await chat.say("#welcome", "plain", "#second" if chat.vip else "#third", name=chat.user["name"])
    size = await chat.ask("#order.size", Choice("S"), timeout=3, tries=2, secret=True, price=7)
    await chat.say("#open", **data)
    await bot.send(user, "#sent", when=1)
    await chat.say("# not an item")
    later = {"colour": "#fff", "item": "#mentioned"}
"""


def _codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.severity, problem.code.removeprefix("content.")) for problem in problems]


def test_uses_are_found_with_place_and_names() -> None:
    uses = {use.item: use for use in find_uses(CODE, "bot.py")}
    assert uses["welcome"] == Use("welcome", Place("bot.py", 3, 20), frozenset({"name"}))
    assert {"second", "third"} <= uses.keys()
    assert uses["order.size"].names == {"price"}
    assert (uses["open"].complete, uses["sent"].names) == (False, frozenset({"when"}))
    assert not uses["mentioned"].certain
    assert "# not an item" not in uses


def test_code_that_cannot_be_parsed_uses_nothing() -> None:
    assert find_uses("def (", "bot.py") == ()
    assert find_uses("x = '\0'", "bot.py") == ()


def test_an_unknown_id_is_reported_at_its_line_of_code(shelf: Shelf) -> None:
    library = shelf.write("welcome: Hi").sound()
    (problem,) = check(
        library, find_uses('chat.say("#welcome")\nchat.say("#welcom")\nchat.say("#gutenbot.help")', "bot.py")
    )
    assert (problem.file, problem.line, problem.code, problem.severity) == (
        "bot.py",
        2,
        "content.unknown-item",
        "error",
    )
    assert problem.hint == "Did you mean `#welcome`?"


def test_an_unused_item_is_only_information(shelf: Shelf) -> None:
    library = shelf.write("a: Hi\nb: Ho\ngutenbot.help: My help").sound()
    assert _codes(check(library, find_uses('x = "#b"', "bot.py"))) == [("info", "unused")]
    assert check(library) == []


def test_a_variable_that_is_needed_and_not_passed_is_an_error(shelf: Shelf) -> None:
    yaml = """
x: "{{ number }} {{ user.name }} {{ now | date }} {{ note | default('') }} {% if extra %}{{ extra }}{% endif %} {{ a is defined }}"
y: [{if: vip, text: Hi, each: things, as: t}]
"""
    library = shelf.write(yaml).sound()
    problems = check(
        library, find_uses('chat.say("#x")\nchat.say("#x", number=1)\nchat.say("#y")\nchat.say("#x", **d)', "bot.py")
    )
    assert _codes(problems) == [("error", "variable-not-passed")] * 2
    assert "`number`, which is not passed at bot.py:1" in problems[0].message
    assert (problems[0].file, problems[0].line) == ("content/bot.yaml", 2)
    assert "`things`" in problems[1].message


def test_names_that_each_gives_need_not_be_passed(shelf: Shelf) -> None:
    library = shelf.write(
        'x: [{each: l, as: a, text: "{{ loop_index }} {{ a.b }}", choices: [{each: a.c, title: "{{ item }}"}]}]'
    ).sound()
    assert check(library, find_uses('say("#x", l=[])', "bot.py")) == []


def test_variables_of_translations_are_checked_too(shelf: Shelf) -> None:
    library = shelf.write("x: Hi").write('x: "Salut {{ nom }}"', "bot.fr.yaml").sound()
    (problem,) = check(library, find_uses('say("#x")', "bot.py"))
    assert (problem.file, problem.code) == ("content/bot.fr.yaml", "content.variable-not-passed")


def test_missing_translations_are_listed_by_locale(shelf: Shelf) -> None:
    library = shelf.write("a: A\nb: B").write("a: A", "bot.fr.yaml").write("b: B", "bot.fr-CA.yaml").sound()
    problems = check(library)
    assert _codes(problems) == [("warning", "untranslated")]
    assert problems[0].message == "`b` is not translated to fr."


def test_media_files_must_exist_and_links_must_be_whole(shelf: Shelf) -> None:
    yaml = """
x:
- {image: a.png, alt: A}
- {image: missing.png, alt: A}
- {image: "https://example.org/a.png", alt: A}
- {image: "https:///a.png", alt: A}
- text: T
  buttons:
  - {title: A, link: "https://example.org"}
  - {title: A, link: "example.org"}
  - {title: A, link: "javascript:alert(1)"}
  - {title: A, link: "https://{{ host }}/"}
  - {title: A, link: "mailto:a@example.org"}
  - {title: A, link: "https://[broken"}
  - {title: A, call: "+33 1 23 45 67 89"}
  - {title: A, call: "ring me"}
"""
    library = shelf.write(yaml).sound()
    problems = check(library, media_exists=lambda path: path == "a.png")
    assert [(problem.line, problem.code) for problem in problems] == [
        (4, "content.media"),
        (6, "content.media"),
        (10, "content.link"),
        (11, "content.link"),
        (14, "content.link"),
        (16, "content.call"),
    ]
    assert [problem.line for problem in check(library)] == [6, 10, 11, 14, 16]


def test_a_problem_reads_like_a_compilers_message(shelf: Shelf) -> None:
    assert str(shelf.write("x:\n- image: a.png").problem()).splitlines() == [
        "content/bot.yaml:2:10: warning: The picture has no `alt` text. [content.missing-alt]",
        '    Add `alt:` with what it shows, or `alt: ""` when it only decorates.',
    ]
