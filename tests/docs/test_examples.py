"""Every example has a page that shows its code, its words and the transcripts that are its tests."""

from pathlib import Path

import pytest

from gutenbot.app.project import load_file
from gutenbot.content import check, load_library
from gutenbot.modules.content_types import types_of
from tests.docs.pages import TOP, pages

EXAMPLES = sorted(file.parent for file in TOP.glob("examples/*/bot.py"))


def included(path: str) -> str:
    return TOP.joinpath(path).read_text("utf-8")


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_the_page_of_an_example_shows_its_code_and_transcripts(folder: Path) -> None:
    page = included(f"docs/examples/{folder.name}.md")
    files = [folder / "bot.py", *folder.glob("content/*.yaml"), *folder.glob("tests/*.chat.md")]
    shown = [file.relative_to(TOP).as_posix() for file in files if ".fr." not in file.name and ".fa." not in file.name]
    assert [path for path in shown if f'--8<-- "{path}"' not in page] == []


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_is_complete(folder: Path) -> None:
    assert (folder / "README.md").is_file()
    assert list(folder.glob("tests/test_*.py"))
    assert list(folder.glob("tests/*.chat.md"))


@pytest.mark.parametrize("folder", [f for f in EXAMPLES if (f / "content").is_dir()], ids=lambda folder: folder.name)
def test_the_content_of_an_example_is_without_mistakes(folder: Path) -> None:
    (bot,) = load_file(folder / "bot.py").bots
    library = load_library(folder / "content", default_locale="en", types=types_of(bot, []))
    problems = check(library, media_exists=lambda name: (folder / "media" / name).is_file())
    assert [str(problem) for problem in problems if problem.severity != "info"] == []


def test_every_example_is_listed() -> None:
    for page in ("docs/examples/index.md", "README.md"):
        links = {target for _, target in pages()[page].links()}
        missing = [f.name for f in EXAMPLES if not any(f"{f.name}.md" in t or f"examples/{f.name}" in t for t in links)]
        assert missing == [], page
