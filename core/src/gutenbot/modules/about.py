"""What the distribution of a module says of itself: its publisher, licence, README and changelog. Imports no module."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from gutenbot.modules.load import GROUP

_HEAD = re.compile(r"^##\s+\[?v?(\d[^\]\s]*)\]?.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class About:
    """All of it is text of whoever made the module."""

    distribution: str = ""
    version: str = ""
    summary: str = ""
    publisher: str = ""
    licence: str = ""
    homepage: str = ""
    readme: str = ""
    changelog: str = ""
    requires: tuple[str, ...] = ()
    files: int = 0
    links: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=256)
def about(name: str, folder: Path | None = None) -> About:
    """Of an installed module; nothing where it came from no distribution. `folder`: that of its code."""
    entry = next((one for one in metadata.entry_points(group=GROUP) if one.name == name), None)
    if entry is None or entry.dist is None:
        return About()
    return about_distribution(entry.dist, folder)


def about_distribution(dist: metadata.Distribution, folder: Path | None = None) -> About:
    """The same, of any distribution."""
    said = dist.metadata
    links = dict(_pair(one) for one in said.get_all("Project-URL") or [])
    return About(
        distribution=said["Name"] or "",
        version=dist.version,
        summary=said["Summary"] or "",
        publisher=said["Author"] or _name_of(said["Author-email"] or "") or said["Maintainer"] or "",
        licence=said["License-Expression"] or (said["License"] or "").split("\n")[0][:100],
        homepage=links.get("Homepage", "") or said["Home-page"] or "",
        readme=str(said.json.get("description", "")),
        changelog=_changelog(dist, folder),
        requires=tuple(dist.requires or ()),
        files=len(dist.files or ()),
        links=links,
    )


def since(changelog: str, version: str) -> str:
    """The part of a changelog that is newer than a version."""
    for found in _HEAD.finditer(changelog):
        if found[1] == version:
            return changelog[: found.start()].rstrip()
    return changelog


def _changelog(dist: metadata.Distribution, folder: Path | None) -> str:
    places = [Path(str(dist.locate_file(one))) for one in dist.files or () if one.name == "CHANGELOG.md"]
    if folder is not None:
        places += [folder / "CHANGELOG.md", *(parent / "CHANGELOG.md" for parent in list(folder.parents)[:2])]
    for place in places:
        try:
            return place.read_text("utf-8")[:200_000]
        except OSError:
            continue
    return ""


def _pair(text: str) -> tuple[str, str]:
    label, _, url = text.partition(",")
    return label.strip(), url.strip()


def _name_of(email: str) -> str:
    return email.partition("<")[0].strip().strip('"')
