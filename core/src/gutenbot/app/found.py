"""The modules of a project: those of its Python environment, and those that were installed from its console."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gutenbot.app.project import Project
from gutenbot.app.settings import Settings
from gutenbot.kernel.settings import WrongSettings, read_toml
from gutenbot.modules.load import Found, discover
from gutenbot.modules.store import Store


def data_folder(project: Project, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None) -> Path:
    """Where the project keeps its data; what is wrong with its settings is told by whoever reads all of them.

    `overrides` are settings of the command line: they win, as they do for the database.
    """
    given = str((overrides or {}).get("data") or environ.get("GUTENBOT_DATA", ""))
    if not given and project.toml is not None:
        try:
            given = str(read_toml(project.toml.name, project.toml.read_text("utf-8")).values.get("data") or "")
        except (WrongSettings, OSError, UnicodeDecodeError):
            given = ""
    default = str(Settings.model_fields["data"].default)
    return (project.folder / (given or default)).resolve()


def found_modules(
    project: Project, environ: Mapping[str, str], overrides: Mapping[str, Any] | None = None
) -> list[Found]:
    """All of them, imported; one that cannot be imported says why. `overrides`: see `data_folder`."""
    Store(data_folder(project, environ, overrides)).activate()
    return discover()
