"""How a project is found, and how its files are loaded again and again."""

from pathlib import Path

import pytest

from gutenbot.app.compose import compose
from gutenbot.app.found import data_folder
from gutenbot.app.project import NoProject, NoSuchFile, Project, find_project, guessed_name, load_file, with_bots

BOT = 'from gutenbot import Bot\nbot = Bot("{name}")\n'


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_that_is_named_is_the_project(tmp_path: Path) -> None:
    file = write(tmp_path / "echo.py", BOT.format(name="echo"))
    project = find_project("echo.py", tmp_path)
    assert (project.files, project.toml) == ((file,), None)


def test_the_settings_file_is_found_upwards_and_names_the_bots(tmp_path: Path) -> None:
    write(tmp_path / "gutenbot.toml", "")
    file = write(tmp_path / "bots" / "a.py", BOT.format(name="a"))
    inside = tmp_path / "bots" / "deep"
    inside.mkdir()
    project = find_project(None, inside)
    assert project.folder == tmp_path
    assert with_bots(project, ("bots/a.py",)).files == (file,)
    with pytest.raises(NoSuchFile):
        with_bots(project, ("missing.py",))


def test_bot_py_in_the_folder_is_enough(tmp_path: Path) -> None:
    file = write(tmp_path / "bot.py", BOT.format(name="a"))
    assert find_project(None, tmp_path).files == (file,)
    assert find_project(str(tmp_path), Path("/")).files == (file,)


def test_nothing_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"nope\.py does not exist"):
        find_project("nope.py", tmp_path)
    with pytest.raises(NoProject, match="gutenbot new bot"):
        find_project(str(tmp_path), tmp_path)


def test_a_file_is_loaded_afresh_with_what_it_imports_from_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "words_here.py", "NAME = 'first'\n")
    file = write(tmp_path / "bot.py", "from gutenbot import Bot\nfrom words_here import NAME\nbot = Bot(NAME)\n")
    assert [bot.name for bot in load_file(file).bots] == ["first"]
    write(tmp_path / "words_here.py", "NAME = 'other'\n")
    (bot,) = load_file(file).bots
    assert (bot.name, bot.folder) == ("other", tmp_path)


def test_a_bot_in_a_package_may_import_relatively(tmp_path: Path) -> None:
    write(tmp_path / "shop_x" / "__init__.py", "")
    write(tmp_path / "shop_x" / "names.py", "NAME = 'shop'\n")
    file = write(tmp_path / "shop_x" / "bot.py", "from gutenbot import Bot\nfrom .names import NAME\nbot = Bot(NAME)\n")
    loaded = load_file(file)
    assert loaded.trouble is None
    assert [bot.name for bot in loaded.bots] == ["shop"]


def test_two_bots_with_files_of_the_same_name_do_not_mix(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "own_words.py", f"NAME = '{name}'\n")
        write(tmp_path / name / "bot.py", "from gutenbot import Bot\nfrom own_words import NAME\nbot = Bot(NAME)\n")
    found = [load_file(tmp_path / name / "bot.py").bots[0].name for name in ("one", "two")]
    assert found == ["one", "two"]


@pytest.mark.parametrize("source", ["x = = 1", "import no_such_thing", "raise SystemExit", "x = 1", "1 / 0"])
def test_a_file_that_cannot_be_loaded_says_where_and_why(tmp_path: Path, source: str) -> None:
    file = write(tmp_path / "bot.py", f"\n{source}\n")
    loaded = load_file(file)
    assert loaded.bots == ()
    assert loaded.trouble is not None
    assert loaded.trouble.where.split(":")[0].endswith("bot.py")


def test_the_name_of_a_broken_bot_is_read_from_its_source(tmp_path: Path) -> None:
    assert guessed_name(write(tmp_path / "a" / "bot.py", 'bot = Bot("shop")\nx = = 1')) == "shop"
    assert guessed_name(write(tmp_path / "cafe" / "bot.py", "x = = 1")) == "cafe"


def test_the_data_of_a_project_lie_where_the_command_line_says_then_the_environment_then_the_settings_file(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, (), write(tmp_path / "gutenbot.toml", 'data = "kept"\n'))
    elsewhere = tmp_path / "demo"
    environ = {"GUTENBOT_DATA": "given"}
    assert data_folder(project, environ, {"data": elsewhere, "port": 0}) == elsewhere
    assert data_folder(project, environ, {"port": 0}) == tmp_path / "given"
    assert data_folder(project, {}) == tmp_path / "kept"


def test_modules_of_the_console_are_kept_beside_the_database(tmp_path: Path) -> None:
    file = write(tmp_path / "package" / "bot.py", BOT.format(name="shop"))
    composed = compose(Project(file.parent, (file,)), {}, dev=True, overrides={"data": tmp_path / "demo"})
    assert composed.app.installing.store.folder.parent == composed.database.folder == tmp_path / "demo"
