"""Everything that a bot of Botpress had, as what is to be written: items by locale, questions, pictures, and the report."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from gutenbot.content.locales import canonical
from gutenbot.content.nodes import ListNode, MapNode, Node, is_null
from gutenbot.content.problems import Place
from gutenbot.importing.classic import Classic, Item, convert_classic, note_unclaimed, read_classic
from gutenbot.importing.literals import NotData, read_json
from gutenbot.importing.managed import convert_managed, is_item, read_form
from gutenbot.importing.notes import Notes
from gutenbot.importing.questions import Question, convert_question, is_question
from gutenbot.importing.sources import Source
from gutenbot.importing.trees import elements, entry_of, word
from gutenbot.importing.verify import keep_what_works

MAX_TEXT = 10_000_000
_MEDIA = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".ogg", ".m4a", ".wav", ".mp4", ".webm", ".pdf"}
_MEDIA_FOLDERS = {"media", "static", "assets", "images"}
_ELEMENTS = {"content-elements", "content_elements"}
_NOT_CONTENT = (
    (re.compile(r"(^|/)flows/.*\.flow\.json$"), "flow", "flows are code now: write a dialog for it"),
    (re.compile(r"(^|/)(intents|entities)/.*\.json$"), "language understanding", "its examples were not read"),
    (
        re.compile(r"(^|/)(actions|hooks|libraries|content-types|content_types|src|modules)/.*\.js$"),
        "code",
        "it is not run",
    ),
    (re.compile(r"\.rive$"), "RiveScript", "it was not read"),
    (re.compile(r"(^|/)(index|app|botfile)\.js$"), "code", "it is not run: write the handlers in Python"),
    (re.compile(r"(^|/)(modules_config/.*|bot\.config)\.json$"), "settings", "they were not read"),
    (re.compile(r"\.(tgz|tar|gz|zip|7z|rar|bz2|xz)$"), "archive", "it lies within another one and was not unpacked"),
    (re.compile(r"\.csv$"), "table", "export questions as JSON; CSV was not read"),
    (re.compile(r"\.svg$", re.IGNORECASE), "picture", "SVG can hold code and was left out; save it as PNG"),
)


@dataclass(slots=True)
class Imported:
    """What is to be written, and the report. `media` are files by their new name."""

    locale: str
    items: list[Item] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    media_folder: str = "botpress"
    """The folder in `media/` in which they are to lie."""
    notes: Notes = field(default_factory=Notes)


@dataclass(slots=True)
class _Work:
    found: Imported
    old_items: dict[str, Classic] = field(default_factory=dict)
    forms: dict[str, MapNode] = field(default_factory=dict)
    managed: list[tuple[MapNode, str]] = field(default_factory=list)
    asked: list[Node] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    """Where each item is."""


def convert(sources: list[Source], notes: Notes, *, media_folder: str = "botpress") -> Imported:
    """What the files say. Never raises for what is in them: see `notes`."""
    work = _Work(Imported("", media_folder=media_folder, notes=notes))
    for source in sources:
        _read(work, source, len(sources) == 1 and "/" not in source.name)
    found = work.found
    for old in work.old_items.values():
        _add(work, convert_classic(old, notes))
    for masked in {id(old.masked): old.masked for old in work.old_items.values()}.values():
        note_unclaimed(masked, notes)
    for element, kind in work.managed:
        _add(work, convert_managed(element, kind, work.forms, work.old_items, notes, work.addresses))
    for number, node in enumerate(work.asked, 1):
        for question, answer in convert_question(node, number, notes):
            found.questions.append(_asked(work, question, answer))
            _add(work, answer)
    keep_what_works(found.items, notes)
    _keep_what_leads_somewhere(found)
    _settle(found)
    return found


def _read(work: _Work, source: Source, is_alone: bool) -> None:
    name = source.name.casefold()
    folder, _, file = source.name.rpartition("/")
    suffix = f".{file.rpartition('.')[2].casefold()}"
    for pattern, construct, message in _NOT_CONTENT:
        if pattern.search(name):
            if file == "bot.config.json":
                _settings(work, source)
            work.found.notes.lost(Place(source.name), construct, message)
            return
    if suffix in (".yml", ".yaml"):
        _yaml(work, source, folder, file, is_alone)
    elif name.endswith(".form.js"):
        _form(work, source)
    elif suffix == ".json" and file not in ("package.json", "package-lock.json") and not name.endswith(".ui.json"):
        _json(work, source, folder, file)
    elif suffix in _MEDIA and _MEDIA_FOLDERS & set(folder.split("/")):
        _media(work, source, file)


def _yaml(work: _Work, source: Source, folder: str, file: str, is_alone: bool) -> None:
    stem = file.rpartition(".")[0]
    in_content = folder.rpartition("/")[2] == "content"
    if not (is_alone or in_content or stem in ("content", "content.template") or stem.startswith("content.")):
        return
    if (text := _text(work, source)) is None:
        return
    prefix = f"{re.sub(r'[^A-Za-z0-9_]+', '-', stem)}." if in_content and not is_alone else ""
    for old in read_classic(text, source.name, prefix, work.found.notes):
        if old.id in work.old_items:
            first = work.old_items[old.id].place
            work.found.notes.lost(old.place, "bloc", f"`{old.id}` is already at {first}, which counts")
        else:
            work.old_items[old.id] = old


def _form(work: _Work, source: Source) -> None:
    if (text := _text(work, source)) is None:
        return
    read = read_form(text, source.name, work.found.notes)
    if read is None:
        work.found.notes.lost(Place(source.name), "form", "it exports no plain data with an `id`")
        return
    work.forms[word(entry_of(read[0], "id"))] = read[0]
    _add(work, read[1])


def _json(work: _Work, source: Source, folder: str, file: str) -> None:
    if (text := _text(work, source)) is None:
        return
    try:
        node = read_json(text, source.name)
    except NotData as error:
        work.found.notes.lost(error.place, "JSON", f"it cannot be read: {error.reason}")
        return
    kind = file.rpartition(".")[0] if _ELEMENTS & set(folder.split("/")) or file.startswith("builtin_") else ""
    read = False
    skipped: list[Node] = []
    for part in _parts(node):
        if is_question(part):
            work.asked.append(part)
        elif isinstance(part, MapNode) and is_item(part):
            work.managed.append((part, kind))
        else:
            if not is_null(part):
                skipped.append(part)
            continue
        read = True
    if not read and elements(node):
        work.found.notes.lost(Place(source.name), "file", "it has neither items nor questions")
    for part in skipped if read else ():
        work.found.notes.lost(part.place, "record", "it is neither an item nor a question")


def _parts(node: Node) -> Iterator[Node]:
    """The records of an export: a list of them, one alone, or lists under names."""
    if isinstance(node, ListNode):
        for item in node.items:
            yield from _parts(item) if isinstance(item, ListNode) else (item,)
    elif isinstance(node, MapNode):
        if is_question(node) or is_item(node):
            yield node
        else:
            for value in node.entries.values():
                if isinstance(value, ListNode):
                    yield from value.items


def _settings(work: _Work, source: Source) -> None:
    try:
        node = read_json(source.data.decode("utf-8", "replace"), source.name)
    except NotData:
        return
    if locale := word(entry_of(node, "defaultLanguage")):
        work.found.locale = canonical(locale)


def _media(work: _Work, source: Source, file: str) -> None:
    name = f"{source.name.split('/')[0]}-{file}" if file in work.found.media else file
    work.found.media[name] = source.data
    for address in _addresses(source.name, file):
        work.addresses.setdefault(address, f"{work.found.media_folder}/{name}")
    work.found.notes.carried(Place(source.name), "file")


def _addresses(name: str, file: str) -> Iterator[str]:
    yield from (name, f"/{name}", f"media/{file}", f"/media/{file}", f"/assets/{file}")


def _text(work: _Work, source: Source) -> str | None:
    if len(source.data) > MAX_TEXT:
        work.found.notes.lost(Place(source.name), "file", f"it is larger than {MAX_TEXT // 1_000_000} MB")
        return None
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.data.count(b"\n", 0, error.start) + 1
        work.found.notes.lost(Place(source.name, line), "file", "it is not UTF-8")
        return None


def _add(work: _Work, item: Item | None) -> None:
    if item is None or not item.entries:
        return
    first = work.places.setdefault(item.id, item.place)
    if first is not item.place:
        work.found.notes.lost(item.place, "item", f"`{item.id}` is already at {first}, which counts")
    else:
        work.found.items.append(item)


def _asked(work: _Work, question: Question, answer: Item | None) -> Question:
    """The question; its answer gets another id where another question's answer has it already."""
    first = next((item for item in work.found.items if answer is not None and item.id == answer.id), None)
    if answer is None or first is None or first.entries == answer.entries:
        return question
    name = answer.id
    answer.id = next(free for n in count(2) if (free := f"{name}-{n}") not in work.places)
    work.found.notes.changed(answer.place, "question", f"there was a `{name}` already: its answer is `{answer.id}`")
    return replace(question, item=answer.id)


def _keep_what_leads_somewhere(found: Imported) -> None:
    """Takes out questions whose answer is not there."""
    known = {item.id for item in found.items}
    for question in found.questions:
        if question.item not in known:
            message = f"its answer `{question.item[:60]}` is not among what was imported"
            found.notes.lost(question.place, "question", message)
    found.questions[:] = [question for question in found.questions if question.item in known]


def _settle(found: Imported) -> None:
    """The bot's own language: as it was set, else the most frequent one, else English."""
    locales = Counter(locale for item in found.items for locale in item.entries if locale)
    locales.update(locale for question in found.questions for locale in question.asked if locale)
    found.locale = found.locale or next((locale for locale, _ in locales.most_common(1)), "en")
    for item in found.items:
        if "" in item.entries:
            item.entries.setdefault(found.locale, item.entries.pop(""))
