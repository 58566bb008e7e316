"""The import contracts cover every module that there is."""

import tomllib

from tests.architecture.source import TOP, module_folders

SETTINGS = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def packages() -> set[str]:
    """The import names of the modules in this repository."""
    return {f"gutenbot_{folder.name.replace('-', '_')}" for folder in module_folders()}


def contract(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = next(one for one in SETTINGS["contracts"] if one["id"] == name)
    return found


def test_every_module_is_held_to_the_public_names() -> None:
    assert packages() <= set(SETTINGS["root_packages"])
    assert packages() <= set(contract("modules-stand-on-the-public-names")["source_modules"])
    assert packages() <= set(contract("core-knows-no-module")["forbidden_modules"])


def test_modules_may_use_nothing_inside_core() -> None:
    public = {"gutenbot.testing", "gutenbot.sdk"}
    inside = {f"gutenbot.{folder.parent.name}" for folder in (TOP / "core/src/gutenbot").glob("*/__init__.py")}
    assert inside - public == set(contract("modules-stand-on-the-public-names")["forbidden_modules"])


def test_two_modules_do_not_import_each_other() -> None:
    if len(packages()) > 1:
        assert packages() <= set(contract("modules-are-strangers")["modules"])
