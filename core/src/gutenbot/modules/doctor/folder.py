"""The folder of a module, as its author has it: what its files say, and what the module says once it is imported."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gutenbot.kernel.errors import UserMistake
from gutenbot.modules.load import GROUP

IMPORT_LIMIT_S = 60


class NoModuleHere(UserMistake):
    """{folder} is no folder of a module: {reason}. Make one with: gutenbot new module NAME"""

    code = "module.none-here"


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file, parsed."""

    path: Path
    name: str
    """Relative to the folder."""
    tree: ast.Module


@dataclass
class Folder:
    """A module on disk."""

    path: Path
    project: Mapping[str, Any]
    name: str
    package: Path
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What quality.toml says."""

    def inside(self, file: Path) -> str:
        """A path as messages name it."""
        return file.relative_to(self.path).as_posix()

    def read(self, name: str) -> str:
        """The words of a file of the folder; empty when it is not there."""
        file = self.path / name
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    @cached_property
    def sources(self) -> list[Source]:
        """The Python of the package, without migrations. Raises `NoModuleHere` for what cannot be parsed."""
        return list(self._parsed(file for file in self.package.rglob("*.py") if "migrations" not in file.parts))

    @cached_property
    def migrations(self) -> list[Source]:
        """Its migrations, the first one first."""
        return list(self._parsed((self.package / "migrations" / "versions").glob("[0-9]*.py")))

    @cached_property
    def tests(self) -> list[Source]:
        """Its tests in Python."""
        return list(self._parsed((self.path / "tests").rglob("test_*.py")))

    def _parsed(self, files: Any) -> Iterator[Source]:
        for file in sorted(files):
            try:
                tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
            except SyntaxError as error:
                raise NoModuleHere(
                    folder=self.path, reason=f"{self.inside(file)}:{error.lineno} is not Python"
                ) from None
            yield Source(file, self.inside(file), tree)

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """What the module says of itself, imported in a process of its own: see `probe`."""
        entry = self.project["entry-points"][GROUP][self.name]
        command = [sys.executable, "-m", "gutenbot.modules.doctor.probe", str(self.package.parent), entry]
        here = str(Path(__file__).parents[3])
        paths = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                command, capture_output=True, encoding="utf-8", timeout=IMPORT_LIMIT_S, check=False,
                env={**os.environ, "PYTHONPATH": paths},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"error": f"it does not come back from its import within {IMPORT_LIMIT_S} s", "events": []}
        try:
            found: Mapping[str, Any] = json.loads(done.stdout.rpartition("\x1e")[2])
        except ValueError:
            return {"error": done.stderr.strip().rpartition("\n")[2] or "it ends the process", "events": []}
        return found


def open_folder(path: Path) -> Folder:
    """The module in a folder. Raises `NoModuleHere`."""
    path = path.resolve()
    file = path / "pyproject.toml"
    if not file.is_file():
        raise NoModuleHere(folder=path, reason="there is no pyproject.toml")
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except tomllib.TOMLDecodeError as error:
        raise NoModuleHere(folder=path, reason=f"pyproject.toml is not TOML ({error})") from None
    entries = project.get("entry-points", {}).get(GROUP, {})
    if len(entries) != 1:
        raise NoModuleHere(folder=path, reason=f"pyproject.toml has {len(entries)} entry points in {GROUP}, not one")
    name, target = next(iter(entries.items()))
    package = str(target).partition(":")[0].partition(".")[0]
    found = next((place for place in (path / "src" / package, path / package) if place.is_dir()), None)
    if found is None:
        raise NoModuleHere(folder=path, reason=f"there is no package {package} in it or in src")
    return Folder(path, project, name, found, _answers(path, found))


def _answers(path: Path, package: Path) -> Mapping[str, Any]:
    for place in (package / "quality.toml", path / "quality.toml"):
        if place.is_file():
            try:
                return tomllib.loads(place.read_text(encoding="utf-8"))
            except tomllib.TOMLDecodeError as error:
                raise NoModuleHere(folder=path, reason=f"{place.name} is not TOML ({error})") from None
    return {}
