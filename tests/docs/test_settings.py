"""Settings on a page are taken by a server that has the modules of this repository."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from gutenbot.app.settings import load_settings
from gutenbot.modules.load import discover
from tests.docs.pages import Block, blocks

_ENVIRONMENT = re.compile(r"\b(GUTENBOT_[A-Z_]+=(?:'[^']*'|\S+))")
_OTHER = {"project", "rules"}
"""Of a module's `pyproject.toml` and `quality.toml`."""


@pytest.mark.parametrize("block", [b for b in blocks("toml") if not _OTHER & tomllib.loads(b.text).keys()], ids=str)
def test_settings_on_a_page_are_settings(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "gutenbot.toml"
    file.write_text(block.text, "utf-8")
    modules = [one.module for one in discover() if one.module is not None]
    settings = load_settings(file, {}, modules)
    unknown = [one for one in settings.warnings if "some-module" not in str(one)]
    assert unknown == []


@pytest.mark.parametrize(
    "block", [b for b in blocks("sh", "dockerfile", "console") if _ENVIRONMENT.search(b.text)], ids=str
)
def test_variables_on_a_page_are_settings(block: Block, tmp_path: Path) -> None:
    given = dict(shlex.split(found)[0].split("=", 1) for found in _ENVIRONMENT.findall(block.text))
    modules = [one.module for one in discover() if one.module is not None]
    assert load_settings(tmp_path / "gutenbot.toml", given, modules).warnings == []
