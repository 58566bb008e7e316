"""Files that are malformed, duplicated, changed: one mistake never takes anything else with it."""

import os
from random import Random

import pytest
from core.tests.content.shelf import Shelf

from gutenbot.content.compile import compile_text
from gutenbot.content.engine import Engine
from gutenbot.content.errors import BrokenItem, UnknownItem
from gutenbot.content.library import Library, load_library
from gutenbot.events.messages import plain_text


def _says(library: Library, item: str) -> str:
    (message,) = library.render(item, {}, locale="en", channel="web", random=Random(0)).messages
    return plain_text(message)


@pytest.mark.parametrize(
    ("yaml", "line", "column", "hint"),
    [
        ("good: fine\nbad:\n- text: a: b", 3, 10, "`: `"),
        ("good: fine\nbad:\n- text: {{ user.name }}", 3, 10, "quotes"),
        ("good: fine\nbad:\n- text: {{ user.name }} hello", 3, 10, "quotes"),
        ("good: fine\nbad: [a, b", 2, None, ""),
        ("good: fine\nbad:\n\t- text: a", 3, 1, "tabs"),
        ('good: fine\nbad: "open', 2, None, ""),
        ("good: fine\nbad: !!python/object/apply:os.system [ls]", 2, 6, ""),
        ("good: fine\nbad: &a [*a]", 2, 10, ""),
        ("good: fine\nbad: " + "[" * 60 + "]" * 60, 2, None, ""),
        ("bad: @at\ngood: fine", 1, 6, ""),
    ],
)
def test_a_malformed_item_is_placed_and_its_neighbours_still_speak(
    shelf: Shelf, yaml: str, line: int, column: int | None, hint: str
) -> None:
    library = shelf.write(yaml).write("other: alive", "other.yaml").library()
    (problem,) = library.problems
    assert (problem.file, problem.line, problem.severity) == ("content/bot.yaml", line, "error")
    assert column is None or problem.column == column
    assert hint in problem.hint
    assert (_says(library, "good"), _says(library, "other")) == ("fine", "alive")


def test_a_file_that_is_not_a_mapping_is_a_problem(shelf: Shelf) -> None:
    assert shelf.write("- just\n- a list").problem("no-items").line == 1


def test_a_file_that_is_not_utf8_is_a_problem_with_its_line(shelf: Shelf) -> None:
    assert shelf.write(b"a: fine\nb: \xff\xfe").problem("unreadable").line == 2


def test_empty_files_and_files_of_comments_are_fine(shelf: Shelf) -> None:
    assert len(shelf.write("").write("# nothing yet\n", "b.yaml").write("---\n...\n", "c.yaml").sound()) == 0


def test_a_byte_order_mark_and_windows_line_ends_are_fine(shelf: Shelf) -> None:
    assert shelf.write("\ufeffx:\r\n- text: Hi\r\n- text: There\r\n").words() == ["Hi", "There"]


def test_a_missing_folder_is_an_empty_library(shelf: Shelf) -> None:
    assert len(load_library(shelf.folder / "nowhere")) == 0


def test_a_file_may_have_several_documents_and_folders_may_be_nested(shelf: Shelf) -> None:
    shelf.write("a: one\n---\nb: two").write("c: three", "deep/more.yml").write("d: hidden", ".draft.yaml").write(
        "e: no", "notes.txt"
    )
    assert sorted(shelf.sound()) == ["a", "b", "c"]


def test_an_id_twice_names_both_places(shelf: Shelf) -> None:
    shelf.write("a: first", "one.yaml").write("b: x\na: second", "two.yaml")
    problem = shelf.problem("duplicate-id")
    assert (problem.file, problem.line) == ("content/two.yaml", 2)
    assert "content/one.yaml:1" in problem.message
    assert _says(shelf.library(), "a") == "first"


def test_a_key_twice_in_one_mapping_is_a_problem_that_names_the_first(shelf: Shelf) -> None:
    problem = shelf.write("a:\n- text: one\n  typing: 1s\n  text: two").problem("duplicate-key")
    assert (problem.line, problem.column) == (4, 3)
    assert "line 2" in problem.hint


@pytest.mark.parametrize(
    ("yaml", "hint"),
    [
        ("x: [{txet: Hi, text: Ho}]", "Did you mean `text`?"),
        ("x: [{text: Hi, quickreplies: [a]}]", "Did you mean `quick_replies`?"),
        ("x: [{text: T, choices: [{title: A, pyload: B}]}]", "Did you mean `payload`?"),
        ("x: [{card: {title: A, sbtitle: B}}]", "Did you mean `subtitle` or `title`?"),
        ("x: [{text: T, on: {web: {tipyng: 1s}}}]", "Did you mean `typing`?"),
        ("x: {entries: Hi, tag: a}", "Did you mean `tags`?"),
    ],
)
def test_an_unknown_property_gets_a_suggestion_and_the_item_still_speaks(shelf: Shelf, yaml: str, hint: str) -> None:
    problem = shelf.write(yaml).problem("unknown-property")
    assert (problem.hint, problem.severity) == (hint, "warning")
    assert shelf.library().find("x").broken == ""


def test_a_hashtag_that_yaml_takes_for_a_comment_is_noticed(shelf: Shelf) -> None:
    shelf.write(
        'x:\n- text: Buy #Bitcoin now   # a true comment\n- text: fine # a comment\n- text: "Buy #Bitcoin"\n- C#sharp'
    )
    problem = shelf.problem("hashtag")
    assert (problem.line, problem.severity) == (2, "warning")
    assert "#Bitcoin" in problem.message


def test_a_bomb_of_aliases_is_refused(shelf: Shelf) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    library = shelf.write("\n".join(lines)).library()
    assert any(problem.code == "content.too-large" for problem in library.problems)


def test_an_alias_may_share_buttons(shelf: Shelf) -> None:
    shelf.write("x:\n- text: A\n  choices: &both [Yes, No]\n- text: B\n  choices: *both")
    assert [len(message.quick_replies) for message in shelf.says()] == [2, 2]


def test_a_broken_item_says_why_when_it_is_used_and_harms_no_other(shelf: Shelf) -> None:
    library = shelf.write("bad: [{text: Hi, typing: soon}]\ngood: fine").library()
    assert _says(library, "good") == "fine"
    with pytest.raises(BrokenItem, match=r"`#bad` cannot be used: .*soon.*content/bot.yaml:1"):
        _says(library, "bad")


def test_an_unknown_item_names_close_ones_and_the_file_to_add_it_to(shelf: Shelf) -> None:
    library = shelf.write("order.size: a\norder.done: b", "order.yaml").sound()
    with pytest.raises(UnknownItem) as caught:
        _says(library, "#order.sise")
    assert "Did you mean `#order.size`" in str(caught.value)
    assert "add `order.sise:` to content/order.yaml" in str(caught.value)
    with pytest.raises(UnknownItem, match=r"to content/delivery.yaml"):
        _says(library, "delivery.late")


@pytest.mark.parametrize("key", ["two words", "'-x'", "'#x'", "''", "a/b"])
def test_an_id_is_letters_digits_dots_and_dashes(shelf: Shelf, key: str) -> None:
    shelf.write(f"{key}: hi").problem("bad-id")


def test_a_reload_sees_changed_new_and_removed_files_and_reads_no_other(shelf: Shelf) -> None:
    library = shelf.write("a: one", "a.yaml").write("b: two", "b.yaml").write("c: three", "c.yaml").sound()
    kept = library.find("b")
    shelf.write("a: changed", "a.yaml").write("d: four", "d.yaml")
    (shelf.folder / "c.yaml").unlink()
    fresh = library.reload()
    assert (_says(fresh, "a"), sorted(fresh)) == ("changed", ["a", "b", "d"])
    assert fresh.find("b") is kept
    assert _says(library, "a") == "one", "a library that is in use never changes"


def test_a_change_of_the_same_size_is_seen_by_its_time(shelf: Shelf) -> None:
    library = shelf.write("a: one", "a.yaml").sound()
    shelf.write("a: two", "a.yaml")
    path = shelf.folder / "a.yaml"
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    assert _says(library.reload(), "a") == "two"


def test_items_may_be_put_over_those_of_the_files(shelf: Shelf) -> None:
    library = shelf.write("a: from the file\nb: stays").sound()
    items, problems = compile_text("a: from the console", "console", "en", Engine())
    assert problems == ()
    over = library.with_items(items)
    assert (_says(over, "a"), _says(over, "b"), _says(library, "a")) == ("from the console", "stays", "from the file")


def test_a_malformed_item_is_broken_not_unknown(shelf: Shelf) -> None:
    library = shelf.write("bad:\n- text: a: b\ngood: fine").library()
    with pytest.raises(BrokenItem, match="The YAML is malformed"):
        _says(library, "bad")


@pytest.mark.parametrize("mistake", ["a: [{text: Hi, typing: soon}]", 'a: "{{ open"', "a: b: c", "a: ["])
def test_an_item_that_breaks_while_the_bot_runs_keeps_its_last_good_words(shelf: Shelf, mistake: str) -> None:
    library = shelf.write("a: good\nb: other").sound()
    shelf.write(f"b: changed\n{mistake}")
    broken = library.reload()
    assert (_says(broken, "a"), _says(broken, "b")) == ("good", "changed")
    assert len(broken.problems) == 1
    assert _says(broken.reload(), "a") == "good"
    shelf.write("a: mended\nb: changed again")
    assert _says(broken.reload().reload(), "a") == "mended"


def test_a_file_may_hold_thousands_of_items(shelf: Shelf) -> None:
    library = shelf.write(
        "\n".join(f"item.{n}:\n- text: number {n}\n  choices: [Yes, No]" for n in range(3000))
    ).sound()
    assert len(library) == 3000


@pytest.mark.parametrize("text", ["{#" * 50_000, "a: {{" * 50_000, "a:\n" * 5_000 + "\t[", "a: [" + "b, " * 100_000])
def test_odd_files_of_a_size_are_refused_without_delay(shelf: Shelf, text: str) -> None:
    assert shelf.write(text).library().problems
