"""Files of Botpress 1.x as items: `content.yml`, or a folder of such files."""

import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from gutenbot.content.nodes import ListNode, Node, is_null
from gutenbot.content.problems import Place, Report
from gutenbot.content.reading import read_items
from gutenbot.importing.entries import convert_entry
from gutenbot.importing.masking import Masked, mask
from gutenbot.importing.mustache import TAG, kind_of
from gutenbot.importing.notes import Notes
from gutenbot.importing.scope import Known, Scope, roots
from gutenbot.importing.trees import Spot

_UNFIT = re.compile(r"[^\w.\-]+")
_IGNORED = frozenset({"content.duplicate-key", "content.bad-id"})


@dataclass(frozen=True, slots=True)
class Classic:
    """A bloc as it was read: its new id, its YAML, and the file around it."""

    id: str
    place: Place
    node: Node
    masked: Masked


@dataclass(slots=True)
class Item:
    """An item of ours: its id, its entries by locale (empty: the bot's own), and where it came from."""

    id: str
    place: Place
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    random: bool = False
    title: str = ""


def read_classic(text: str, file: str, prefix: str, notes: Notes) -> list[Classic]:
    """The blocs of one file. What cannot be read is noted, and hurts no other bloc."""
    masked = mask(text.removeprefix("\ufeff"), file, notes)
    report = Report()
    sources = read_items(masked.text, file, report, any_id=True)
    for problem in report.problems:
        is_whole = problem.code == "content.duplicate-key" and problem.column == 1
        if problem.code not in _IGNORED or is_whole:
            place = Place(problem.file, problem.line, problem.column)
            construct = "hashtag" if problem.code == "content.hashtag" else "YAML"
            notes.lost(place, construct, masked.unmasked(f"{problem.message} {problem.hint}".strip()))
    found: list[Classic] = []
    names: dict[str, str] = {}
    for source in sources:
        if source.lost:
            notes.lost(source.id.place, "bloc", f"`{masked.unmasked(source.id.value)[:60]}` could not be read at all")
            continue
        name, place = masked.unmasked(source.id.value), source.id.place
        old = Classic(f"{prefix}{_fit(name)}", place, source.node, masked)
        if names.get(old.id) == name:
            notes.lost(place, "bloc", f"`{old.id}` is there twice in this file; the first one counts")
            continue
        if old.id in names:
            old = replace(old, id=next(free for number in count(2) if (free := f"{old.id}-{number}") not in names))
        if old.id != f"{prefix}{name}":
            notes.changed(
                place, "bloc", f"`{name[:60]}` is called `{old.id}` now: ids have letters, digits, `_`, `-` and `.`"
            )
        names[old.id] = name
        found.append(old)
    return found


def convert_classic(old: Classic, notes: Notes, *, new_id: str = "", data: Any = None) -> Item:
    """The item of a bloc; with `data`, what the bloc says for this data."""
    scope = Scope((Known(data),) if data is not None else (), _roots(old.masked))
    within = old.masked.around(old.place)
    spot = Spot(new_id or old.id, scope, notes, old.masked)
    if within:
        old.masked.claimed.update(within)
        notes.lost(old.place, "section", f"a section around whole blocs: `{old.id}` is always there now")
        spot = spot.entering(within, scope)
    item = Item(spot.item, old.place)
    nodes = old.node.items if isinstance(old.node, ListNode) else (old.node,)
    entries = [entry for node in nodes if not is_null(node) for entry in convert_entry(spot, node)]
    if entries:
        item.entries[""] = entries
    else:
        notes.lost(old.place, "bloc", f"`{old.id}` says nothing")
    return item


def note_unclaimed(masked: Masked, notes: Notes) -> None:
    """Notes the sections that were around nothing that was carried."""
    for span in masked.spans:
        if span not in masked.claimed:
            notes.lost(span.place, "section", f"the section `{span.name[:60]}` is around nothing that was carried")


def _fit(name: str) -> str:
    return _UNFIT.sub("-", name.strip()).strip("-.") or "item"


def _roots(masked: Masked) -> frozenset[str]:
    """All first words of the file's names, so that no loop takes one of them."""
    return roots(kind_of(match)[1] for match in TAG.finditer(masked.source))
