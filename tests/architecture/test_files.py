"""Files stay small enough to be read, and none of them is left unfinished."""

import re
import tomllib
import warnings
from pathlib import Path

import pytest

from tests.architecture.source import module_folders, text, tracked, written

REFUSED = 600
LARGE = 400
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\()")


class LargeFile(UserWarning):
    """A file that asks to be split by idea."""


def lengths() -> list[tuple[int, str]]:
    return sorted(((text(path).count("\n"), path) for path in written(".py", ".ts", ".tsx")), reverse=True)


def package(folder: Path) -> str:
    return f"src/gutenbot_{folder.name.replace('-', '_')}"


def test_no_file_is_too_long_to_read() -> None:
    assert [path for lines, path in lengths() if lines > REFUSED] == []


@pytest.mark.filterwarnings("default::tests.architecture.test_files.LargeFile")
def test_large_files_are_named() -> None:
    for lines, path in lengths():
        if LARGE < lines <= REFUSED:
            warnings.warn(f"{path} has {lines} lines: split it by idea", LargeFile, stacklevel=1)


def test_nothing_is_left_for_later_in_a_comment() -> None:
    found = [
        f"{path}:{number}"
        for path in written(".py", ".ts", ".tsx", ".js", ".css", ".yaml")
        if path != "tests/architecture/test_files.py"
        for number, line in enumerate(text(path).splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_nothing_built_or_installed_is_committed() -> None:
    built = re.compile(r"(^|/)(node_modules|dist|\.venv|__pycache__|site)/|(^|/)uv\.lock$|^modules/[^/]+/src/[^/]+/ui/")
    assert [path for path in tracked() if built.search(path)] == []


@pytest.mark.parametrize("folder", module_folders(), ids=lambda folder: folder.name)
@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "{package}/py.typed", "{package}/quality.toml"])
def test_a_module_folder_is_complete(folder: Path, name: str) -> None:
    assert (folder / name.format(package=package(folder))).is_file()


@pytest.mark.parametrize("folder", module_folders(), ids=lambda folder: folder.name)
def test_a_module_answers_every_quality_rule_with_done_todo_or_exempt(folder: Path) -> None:
    file = folder / package(folder) / "quality.toml"
    rules = tomllib.loads(file.read_text(encoding="utf-8")).get("rules", {}) if file.exists() else {}
    wrong = []
    for name, answer in rules.items():
        status = answer if isinstance(answer, str) else answer.get("status")
        reason = "" if isinstance(answer, str) else answer.get("comment", "")
        if status not in ("done", "todo", "exempt") or (status != "done" and not reason):
            wrong.append(name)
    assert wrong == []
