"""Rules about the words of a module, and about the files of its pages."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gutenbot.modules.doctor.folder import Folder

ID = re.compile(r"^[a-z][\w-]*(\.[\w-]+)+$", re.IGNORECASE)
_HOLE = re.compile(r"\{(\w+)")
_IN_SCRIPT = re.compile(r"""\bwords\(\s*["']([\w.-]+)["']""")
_OWN_REACT = ("react.transitional.element", "react.element")
MOST_KB = {"file": 120, "all": 400}
"""Compressed; a page that needs more than this loads slowly for everybody."""


def translated(folder: Folder) -> Iterator[str]:
    """Every language has all words, with the same places for values; every id that is used is there."""
    words, wrong = _words(folder)
    yield from wrong
    english = words.get("en", {})
    used = {text for page in folder.facts.get("pages", ()) for text in page["texts"]} | set(
        folder.facts.get("forms", ())
    )
    used |= {found for file in sorted((folder.path / "ui").rglob("*.ts*")) if "node_modules" not in file.parts
             for found in _IN_SCRIPT.findall(file.read_text(encoding="utf-8"))}  # fmt: skip
    ids = {text for text in used if ID.fullmatch(text)}
    if ids and not english:
        yield "there is no locales/en.json with the words of its pages"
        return
    yield from (f"locales/en.json has no {one}" for one in sorted(ids - english.keys()))
    for language, own in words.items():
        yield from (f"locales/{language}.json has no {one}" for one in sorted(english.keys() - own.keys()))
        yield from (
            f"locales/{language}.json has {one}, which English has not" for one in sorted(own.keys() - english.keys())
        )
        for one in sorted(own.keys() & english.keys()):
            if _holes(own[one]) != _holes(english[one]):
                yield f"locales/{language}.json: {one} does not have the same places for values as in English"


def _holes(text: str) -> set[str]:
    return set(_HOLE.findall(text))


def _words(folder: Folder) -> tuple[dict[str, dict[str, str]], list[str]]:
    found: dict[str, dict[str, str]] = {}
    wrong = []
    for file in sorted((folder.package / "locales").glob("*.json")):
        try:
            found[file.stem] = dict(_flat(json.loads(file.read_text(encoding="utf-8"))))
        except ValueError as error:
            wrong.append(f"{folder.inside(file)} is not JSON ({error})")
    return found, wrong


def _flat(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def sizes(folder: Folder) -> Iterator[str]:
    """The files of its pages are there, small, and without a React of their own."""
    ui = folder.package / "ui"
    for page in folder.facts.get("pages", ()):
        if page["file"] and not (ui / page["file"]).is_file():
            yield f"the page {page['name']} wants ui/{page['file']}, which is not there; build it first"
    whole = 0.0
    for file in sorted(ui.rglob("*")):
        if not file.is_file():
            continue
        body = file.read_bytes()
        size = len(gzip.compress(body, 6)) / 1024
        whole += size
        if size > MOST_KB["file"]:
            yield f"{folder.inside(file)} has {size:.0f} KB compressed; {MOST_KB['file']} is the most"
        if file.suffix == ".js" and any(sign.encode() in body for sign in _OWN_REACT):
            yield f"{folder.inside(file)} has a React of its own; take it from the console (external in the build)"
    if whole > MOST_KB["all"]:
        yield f"the folder ui has {whole:.0f} KB compressed; {MOST_KB['all']} is the most"
