"""The console has words in each of its languages for every permission of core, and in English the same as the API."""

import json
from pathlib import Path

import pytest

from gutenbot.accounts.permissions import PERMISSIONS

LOCALES = Path(__file__).parents[3] / "ui/apps/console/src/locales"


@pytest.mark.parametrize("locale", ["en", "fr", "de", "ar"])
def test_every_permission_has_words_in_the_console(locale: str) -> None:
    words = json.loads((LOCALES / f"{locale}.json").read_text("utf-8"))["permissions"]
    assert {name.replace("/", ":") for name in words["titles"]} == set(PERMISSIONS)
    assert set(words["groups"]) == {one.group.lower() for one in PERMISSIONS.values()}
    if locale == "en":
        assert {name.replace("/", ":"): title for name, title in words["titles"].items()} == {
            name: one.title for name, one in PERMISSIONS.items()
        }
