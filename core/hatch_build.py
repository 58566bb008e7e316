"""Puts the templates into the package: they stand beside `core` in the repository, and in `templates` of the sdist."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Templates(BuildHookInterface):  # type: ignore[misc]
    """Finds them where they are, and says where they belong."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatch before it builds; an editable install finds them in the repository by itself."""
        root = Path(self.root)
        found = next((place for place in (root / "templates", root.parent / "templates") if place.is_dir()), None)
        if found is None or version == "editable":
            return
        target = "templates" if self.target_name == "sdist" else "gutenbot/templates"
        for file in sorted(found.rglob("*")):
            path = file.relative_to(found)
            if file.is_file() and not {"__pycache__", ".gutenbot", ".pytest_cache"} & set(path.parts):
                build_data["force_include"][str(file)] = f"{target}/{path}"
