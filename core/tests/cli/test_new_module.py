"""What `gutenbot new module` makes: it is tested, graded and built as it is, without a network."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gutenbot.cli.new import BadName, FolderExists, make_module, template
from gutenbot.modules.doctor import RULES, NoModuleHere, Report, grade, open_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A program in the folder of the module, as its author runs it."""
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return make_module("word-watch", tmp_path)


def test_its_own_tests_pass_right_after_it_was_made(made: Path) -> None:
    done = ran(made, "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9 passed" in done.stdout


def test_its_wheel_is_built_without_a_network_and_has_all_that_it_needs(made: Path, tmp_path: Path) -> None:
    done = ran(made, "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist"))
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel.name == "gutenbot_word_watch-0.1.0-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("ui/console.js", "locales/fr.json", "migrations/versions/0001_words.py", "py.typed", "quality.toml"):
        assert f"gutenbot_word_watch/{name}" in names
    entries = zipfile.ZipFile(wheel).read("gutenbot_word_watch-0.1.0.dist-info/entry_points.txt").decode()
    assert "word-watch = gutenbot_word_watch:module" in entries
    assert not [name for name in names if "node_modules" in name or name.startswith("ui/")]


def test_nothing_of_the_template_is_left_in_its_words(made: Path) -> None:
    left = [
        file.relative_to(made)
        for file in made.rglob("*")
        if "my-module" in file.name or "my_module" in file.name
        or (file.is_file() and "my-module" in (text := file.read_text("utf-8")).replace("_", "-") and text)
    ]  # fmt: skip
    assert left == []
    assert (made / ".gitignore").is_file()


@pytest.mark.parametrize("name", ["Word", "word_watch", "1word", "../word", "", "a" * 41, "word--watch"])
def test_a_name_that_cannot_be_is_refused_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadName):
        make_module(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, made: Path) -> None:
    (made / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(FolderExists):
        make_module("gutenbot-word-watch", tmp_path)
    assert (made / "mine.txt").read_text("utf-8") == "mine"


# The doctor -------------------------------------------------------------------------------------------------------------


def graded(folder: Path) -> Report:
    return grade(open_folder(folder))


def findings(folder: Path, rule: str) -> str:
    """What the doctor finds wrong with one rule."""
    found = list(RULES[rule][1](open_folder(folder)))
    assert found, f"nothing is found wrong with {rule}"
    return "\n".join(found)


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_the_template_is_graded_and_answers_every_rule(made: Path) -> None:
    report = graded(made)
    assert report.failed == []
    assert report.grade == "silver"
    assert [one.rule for one in report.verdicts] == list(RULES)
    assert [one.rule for one in report.verdicts if one.state == "todo"] == ["accessible"]


PACKAGE = "src/gutenbot_word_watch"
WRONG = {
    "readme": ("README.md", None, "# word\n"),
    "changelog": ("CHANGELOG.md", "0.1.0", "0.0.9"),
    "typed": (f"{PACKAGE}/service.py", "-> int:", ":"),
    "public-imports": (f"{PACKAGE}/errors.py", "from gutenbot.sdk import", "from gutenbot.kernel.errors import"),
    "quiet-import": (f"{PACKAGE}/errors.py", "class NoWord", "open('/tmp/gutenbot-doctor-test', 'w').close()\n\n\nclass NoWord"),
    "docstrings": (f"{PACKAGE}/service.py", '"""Watches for a word; False when', '...  # """Watches for a word; False when'),
    "settings-documented": (f"{PACKAGE}/settings.py", "most_words: int =", "api_token: str = ''\n    most_words: int ="),
    "errors-documented": (f"{PACKAGE}/errors.py", 'code = "word-watch.no-word"', 'code = "storage.no-word"'),
    "permissions": (f"{PACKAGE}/http.py", '"/{bot}/words/{word}", needs=WRITE', '"/{bot}/words/{word}", needs=READ'),
    "migrations": (f"{PACKAGE}/migrations/versions/0001_words.py", '    op.drop_table("word_watch_word")', "    pass"),
    "translated": (f"{PACKAGE}/locales/fr.json", '    "title": "Mots",\n', ""),
    "tests": ("tests/test_words.py", None, "def test_nothing() -> None:\n    print('fine')\n"),
    "ui-size": (f"{PACKAGE}/pages.py", 'Script("console.js")', 'Script("cloud.js")'),
    "offline": (f"{PACKAGE}/errors.py", "from gutenbot", 'ADDRESS = "https://api.words.io/v1"\n\nfrom gutenbot'),
}  # fmt: skip
SAID = {
    "public-imports": "gutenbot.kernel.errors, which is not public",
    "quiet-import": "writes the file /tmp/gutenbot-doctor-test",
    "docstrings": "service.py:34 add has no docstring",
    "settings-documented": "the setting api_token looks like a secret",
    "errors-documented": "the error NoWord has the code storage.no-word",
    "permissions": "DELETE /{bot}/words/{word} changes something, but needs word-watch:read only",
    "migrations": "the table word_watch_word is still there after all was taken back",
    "translated": "locales/fr.json has no words.title",
    "tests": "test_words.py:1 test_nothing asserts nothing",
    "ui-size": "the page cloud wants ui/cloud.js, which is not there",
    "offline": "names the host api.words.io, which quality.toml does not declare",
}


@pytest.mark.parametrize("rule", list(WRONG))
def test_the_doctor_finds_what_is_wrong_and_says_where(made: Path, rule: str) -> None:
    file, old, new = WRONG[rule]
    if old is None:
        (made / file).write_text(new, "utf-8")
    else:
        edit(made, file, old, new)
    assert SAID.get(rule, "") in findings(made, rule)


def test_a_rule_without_an_answer_or_a_reason_is_a_failure_and_an_unknown_one_too(made: Path) -> None:
    quality = f"{PACKAGE}/quality.toml"
    edit(made, quality, 'tests = "done"\n', 'testing = "done"\n')
    edit(made, quality, 'offline = "done"', 'offline = { status = "exempt" }')
    said = {one.rule: "\n".join(one.findings) for one in graded(made).failed}
    assert "does not answer tests" in said["tests"]
    assert "not why" in said["offline"]
    assert "testing" in said["quality"]


def test_what_is_still_to_be_done_is_told_and_is_no_failure(made: Path) -> None:
    edit(made, "tests/test_words.py", "def test_", "def check_")
    edit(made, f"{PACKAGE}/quality.toml", 'tests = "done"', 'tests = { status = "todo", comment = "next week" }')
    (tests,) = [one for one in graded(made).verdicts if one.rule == "tests"]
    assert (tests.state, tests.comment) == ("todo", "next week")
    assert tests.findings == ["the folder tests has no test"]


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "import os\nos._exit(3)", "raise ValueError('no')"])
def test_a_module_that_cannot_be_imported_is_told_and_hurts_nobody(made: Path, code: str) -> None:
    file = made / PACKAGE / "errors.py"
    file.write_text(file.read_text("utf-8") + f"\n{code}\n", "utf-8")
    said = {one.rule: "\n".join(one.findings) for one in graded(made).failed}
    assert "it cannot be imported" in said["quiet-import"]


@pytest.mark.parametrize("spoil", ["absent", "toml", "entries", "package", "python"])
def test_a_folder_that_is_no_module_is_refused_with_the_reason(made: Path, spoil: str) -> None:
    match spoil:
        case "absent":
            (made / "pyproject.toml").unlink()
        case "toml":
            (made / "pyproject.toml").write_text("[project", "utf-8")
        case "entries":
            edit(made, "pyproject.toml", "gutenbot.modules", "gutenbot.others")
        case "package":
            shutil.rmtree(made / "src")
        case _:
            (made / PACKAGE / "service.py").write_text("def (", "utf-8")
    with pytest.raises(NoModuleHere):
        graded(made)


def test_the_command_says_it_to_people_and_to_programs(made: Path) -> None:
    done = ran(made, "gutenbot", "module", "doctor", "--all")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0, "word-watch 0.1.0: 14 of 16 rules are met, grade silver",
    )  # fmt: skip
    edit(made, f"{PACKAGE}/errors.py", "from gutenbot.sdk import", "from gutenbot.kernel.errors import")
    done = ran(made, "gutenbot", "--json", "module", "doctor")
    found = json.loads(done.stdout)
    assert (done.returncode, found["grade"]) == (1, "none")
    (rule,) = [one for one in found["rules"] if one["state"] == "failed"]
    assert rule["rule"] == "public-imports"


def test_the_template_in_the_repository_is_as_good_as_what_is_made_of_it() -> None:
    assert not [file for file in template("module").rglob("*") if "__pycache__" in file.parts and file.suffix == ".py"]
    assert graded(template("module")).failed == []
