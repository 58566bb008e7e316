"""Puts the built widget into the wheel. Builds it only when it is absent, so an sdist becomes a wheel without Node."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WidgetBuildHook(BuildHookInterface[Any]):
    """Before a wheel or an sdist is packed: `src/gutenbot_channel_web/ui` has the widget."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        module = Path(self.root)
        target = module / "src" / "gutenbot_channel_web" / "ui"
        if version == "editable" or any(target.glob("*.js")):
            return
        workspace = module.parents[1] / "ui"
        built = workspace / "apps" / "widget" / "dist"
        if not any(built.glob("*.js")):
            build_widget(workspace)
        shutil.copytree(built, target, dirs_exist_ok=True)


def build_widget(workspace: Path) -> None:
    """Runs npm in the workspace; says what to do where that is not possible."""
    npm = shutil.which("npm")
    if npm is None or not (workspace / "package.json").is_file():
        raise SystemExit("The widget is not built and cannot be built here: run `make widget` in a checkout first.")
    subprocess.run([npm, "ci"], cwd=workspace, check=True)  # noqa: S603
    subprocess.run([npm, "run", "build", "--workspace", "apps/widget"], cwd=workspace, check=True)  # noqa: S603
