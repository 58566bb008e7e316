"""The settings of a server with its modules."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from gutenbot.app.settings import load_settings
from gutenbot.kernel.settings import WrongSettings
from gutenbot.modules.module import Module


class Web(BaseModel):
    colour: str = "blue"
    uploads: bool = True


def toml(folder: Path, text: str) -> Path:
    path = folder / "gutenbot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_there_are_defaults() -> None:
    found = load_settings(None, {})
    assert (found.server.host, found.server.port, found.server.dev) == ("127.0.0.1", 3000, False)
    assert found.provenance["port"].source == "default"


def test_a_module_gets_what_was_set_for_it_checked_by_its_class(tmp_path: Path) -> None:
    file = toml(tmp_path, '[modules.web]\ncolour = "red"\n')
    found = load_settings(file, {"GUTENBOT_WEB__UPLOADS": "false"}, [Module("web", settings=Web)])
    assert Web.model_validate(found.modules["web"]) == Web(colour="red", uploads=False)
    assert found.provenance["modules.web.colour"].where == "gutenbot.toml:2"
    with pytest.raises(WrongSettings, match="Did you mean `colour`"):
        load_settings(toml(tmp_path, "[modules.web]\ncolur = 1\n"), {}, [Module("web", settings=Web)])


def test_a_table_of_a_module_that_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="there is no setting `wbe`"):
        load_settings(toml(tmp_path, "[modules.wbe]\nx = 1\n"), {}, [Module("web")])


def test_disabling_a_module_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    found = load_settings(toml(tmp_path, '[modules]\ndisabled = ["wbe"]\n'), {}, [Module("web")])
    assert found.disabled == ("wbe",)
    assert [str(one) for one in found.warnings] == [
        "modules.disabled: no module `wbe` is installed. Did you mean `web`?"
    ]


def test_rows_that_must_be_known_again_cannot_be_set_to_leave() -> None:
    for days in ("0", "8", "365"):
        assert load_settings(None, {"GUTENBOT_KEEP_DAYS": days}).server.keep_days == int(days)
    with pytest.raises(WrongSettings, match="8 and more"):
        load_settings(None, {"GUTENBOT_KEEP_DAYS": "7"})
