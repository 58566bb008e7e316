"""Puts templates, examples and documentation into the package: beside `core` in the repository, and inside of it in the sdist."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = {"templates": set[str](), "examples": set[str](), "docs": {"adr", "images"}}
"""Folders, and what of each is not for those who install it."""
CONTENTS = "zensical.toml"
"""What the pages of the documentation are called, and their order; in the package it is beside them."""
LEFT_OUT = {"node_modules", "__pycache__", ".gutenbot", ".pytest_cache", ".mypy_cache", "data"}


class Folders(BuildHookInterface):  # type: ignore[misc]
    """Finds them where they are, and says where they belong."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatch before it builds; an editable install finds them in the repository by itself."""
        if version == "editable":
            return
        root = Path(self.root)
        for name, inner in FOLDERS.items():
            found = next((place for place in (root / name, root.parent / name) if place.is_dir()), None)
            if found is not None:
                target = name if self.target_name == "sdist" else f"gutenbot/{name}"
                build_data["force_include"] |= _files(found, target, LEFT_OUT | inner)
                contents = next((place for place in (found, root.parent) if (place / CONTENTS).is_file()), None)
                if name == "docs" and contents is not None:
                    build_data["force_include"][str(contents / CONTENTS)] = f"{target}/{CONTENTS}"


def _files(folder: Path, target: str, but: set[str]) -> dict[str, str]:
    """File → its place in what is built."""
    inside = {file: file.relative_to(folder) for file in sorted(folder.rglob("*")) if file.is_file()}
    return {str(file): f"{target}/{path}" for file, path in inside.items() if not but & set(path.parts)}
