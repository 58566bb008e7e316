"""The console has words in each of its other languages for every setting of Gutenbot itself."""

import json
from pathlib import Path

import pytest
from core.tests.http.served import Served

FIELDS = Path(__file__).parents[3] / "ui/apps/console/src/features/settings/fields"


@pytest.mark.parametrize("section", ["server", "console"])
async def test_every_setting_has_words_in_the_console(served: Served, section: str) -> None:
    form = (await served.client.get(f"/api/v1/settings/{section}")).json()["form"]
    for locale in ("fr", "de", "ar"):
        words = json.loads((FIELDS / f"{locale}.json").read_text("utf-8"))
        assert set(words[section]) == set(form["properties"]), locale
