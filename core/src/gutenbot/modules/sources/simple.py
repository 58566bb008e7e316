"""Pages of a simple index (PEP 503, PEP 691): which files a project has, and which wheel of them this server takes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from packaging.tags import Tag, sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from gutenbot.modules.wheels import runs

ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
_JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a project, as an index names it."""

    name: str
    url: str
    """An address; of a `local` one, its path."""
    sha256: str = ""
    """Empty: the index says none."""
    python: str = ""
    yanked: bool = False
    metadata: str | None = None
    """The SHA-256 of what its metadata says by itself at `{url}.metadata` (PEP 658); empty: it is there without one."""
    local: bool = False
    """On this machine: no index says that."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wheel that runs here."""

    file: File
    version: Version
    rank: int
    """Of its tag; the smaller the better."""


def parse(text: str, kind: str, base: str) -> list[File]:
    """The files on a page, of either format. Raises `ValueError` for what is no such page."""
    return _of_json(text, base) if kind == _JSON or kind == "application/json" else _of_html(text, base)


def _of_json(text: str, base: str) -> list[File]:
    found: Any = json.loads(text)
    try:
        return [
            File(
                str(one["filename"]),
                urljoin(base, str(one["url"])),
                str(one.get("hashes", {}).get("sha256", "")).lower(),
                str(one.get("requires-python") or ""),
                bool(one.get("yanked", False)),
                _metadata_of(one.get("core-metadata", one.get("dist-info-metadata", False))),
            )
            for one in found["files"]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a file of it is wrong ({error})") from None


def _metadata_of(said: Any) -> str | None:
    """As JSON states it: a table of hashes, or whether it is there."""
    if isinstance(said, dict):
        return str(said.get("sha256", "")).lower()
    return "" if said is True else None


class _Links(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        self.files: list[File] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "base" and values.get("href"):
            self._base = urljoin(self._base, str(values["href"]))
        if tag != "a" or not values.get("href"):
            return
        url, _, fragment = urljoin(self._base, str(values["href"])).partition("#")
        kind, _, digest = fragment.partition("=")
        self.files.append(
            File(
                unquote(urlsplit(url).path.rpartition("/")[2]),
                url,
                digest.lower() if kind == "sha256" else "",
                values.get("data-requires-python") or "",
                "data-yanked" in values,
                _stated(values.get("data-core-metadata") or values.get("data-dist-info-metadata")),
            )
        )


def _stated(said: str | None) -> str | None:
    """As HTML states it: `sha256=…`, or `true`."""
    if not said:
        return None
    kind, _, digest = said.partition("=")
    return digest.lower() if kind == "sha256" else ""


def _of_html(text: str, base: str) -> list[File]:
    links = _Links(base)
    links.feed(text)
    links.close()
    return links.files


def candidates(files: Iterable[File], name: str, python: str) -> list[Candidate]:
    """The wheels of a project that this Python and this system run, the best first."""
    ranks: dict[Tag, int] = {tag: rank for rank, tag in enumerate(sys_tags())}
    found: list[Candidate] = []
    for file in files:
        try:
            project, version, _, tags = parse_wheel_filename(file.name)
        except (InvalidWheelFilename, ValueError):
            continue
        fits = [ranks[tag] for tag in tags if tag in ranks]
        plain = not set(file.name) & set("/\\\0")  # it becomes the name of a file here
        if plain and project == canonicalize_name(name) and fits and runs(file.python, python):
            found.append(Candidate(file, version, min(fits)))
    return sorted(found, key=lambda one: (one.version, -one.rank), reverse=True)
