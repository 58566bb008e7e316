"""The list of modules that are known: what each is for, whose it is, what it fits. It comes with the release, and can be renewed.

It is JSON: `{"format": 1, "modules": [{"name", "distribution", "version", "summary", "publisher", "homepage", "core", "python",
"adds": {"pages": 2}, "changelog"}]}`. A list that is not of this shape counts as none.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from gutenbot.modules.load import CORE_VERSION
from gutenbot.modules.packages import python_version

FILE = "index.json"
MOST = 2000
Short = Annotated[str, msgspec.Meta(max_length=300)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$")]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A module of the list, in its newest version."""

    name: Name
    distribution: Name
    version: Short
    summary: Short = ""
    publisher: Short = ""
    licence: Short = ""
    homepage: Annotated[str, msgspec.Meta(max_length=300, pattern=r"^(https?://\S*)?$")] = ""
    core: Short = ""
    """Which versions of gutenbot it is for."""
    python: Short = ""
    adds: Mapping[Short, int] = {}
    """What it brings, by kind."""
    keywords: tuple[Short, ...] = ()
    changelog: Annotated[str, msgspec.Meta(max_length=50_000)] = ""

    def obstacles(self) -> list[str]:
        """Why it cannot run on this server; none: it can."""
        wanted = (("gutenbot", self.core, CORE_VERSION), ("Python", self.python, python_version()))
        return [f"It is for {what} {range_}; this is {have}." for what, range_, have in wanted if not _in(range_, have)]

    def is_newer_than(self, version: str) -> bool:
        """Whether this is an update of what is there."""
        try:
            return Version(self.version) > Version(version)
        except InvalidVersion:
            return False


class _List(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    modules: Annotated[list[Known], msgspec.Meta(max_length=MOST)]


def read_catalogue(text: str) -> list[Known]:
    """Raises `ValueError` for what is no such list."""
    found = msgspec.json.decode(text, type=_List)
    if found.format != 1:
        raise ValueError(f"its format is {found.format}")
    for one in found.modules:
        try:
            Version(one.version)
            SpecifierSet(f"{one.core},{one.python}".strip(","))
        except (InvalidVersion, InvalidSpecifier) as error:
            raise ValueError(f"{one.name}: {error}") from None
    names = [one.name for one in found.modules]
    if len(set(names)) != len(names):
        raise ValueError("it names a module twice")
    return found.modules


def _in(wanted: str, have: str) -> bool:
    return SpecifierSet(wanted).contains(have, prereleases=True)
