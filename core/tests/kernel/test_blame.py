"""Which line is to blame."""

from pathlib import Path

import pytest

from gutenbot.kernel.blame import blame, is_machinery


def failing(path: Path, source: str) -> BaseException:
    path.write_text(source, encoding="utf-8")
    try:
        exec(compile(source, str(path), "exec"), {})
    except BaseException as error:
        return error
    raise AssertionError("it did not fail")


def test_the_deepest_line_of_the_author_is_shown_with_its_neighbours(tmp_path: Path) -> None:
    source = "import json\n\ndef read(text):\n    return json.loads(text)\n\nread('{')\n"
    found = blame(failing(tmp_path / "bot.py", source))
    assert (Path(found.path).name, found.line, found.function) == ("bot.py", 4, "read")
    assert found.frame()[1].startswith("→    4 │     return json.loads(text)")
    assert found.what.startswith("JSONDecodeError")


def test_a_mistake_of_syntax_names_its_line_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "bot.py"
    path.write_text("x = 1\ny = = 2\n", encoding="utf-8")
    with pytest.raises(SyntaxError) as caught:
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    found = blame(caught.value)
    assert found.line == 2
    assert "saved" in found.hint
    assert "y = = 2" in found.text()


def test_common_mistakes_get_a_hint(tmp_path: Path) -> None:
    assert "import it" in blame(failing(tmp_path / "a.py", "Txt()")).hint
    assert "pip install" in blame(failing(tmp_path / "b.py", "import no_such_thing_at_all")).hint


def test_libraries_and_gutenbot_itself_are_not_to_blame(tmp_path: Path) -> None:
    import json

    import gutenbot.dialogs.chat

    assert is_machinery(json.__file__)
    assert is_machinery(gutenbot.dialogs.chat.__file__)
    assert is_machinery("<frozen importlib._bootstrap>")
    assert not is_machinery(str(tmp_path / "gutenbot" / "bot.py"))
