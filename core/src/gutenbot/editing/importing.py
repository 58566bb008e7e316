"""Content on its way in: what a file would change, worked out before anything is written. Nothing here touches the database."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gutenbot.content.locales import canonical, is_tag
from gutenbot.content.reading import is_id
from gutenbot.content.wording import Wording
from gutenbot.editing import sheets, xliff
from gutenbot.editing.compiling import LONGEST
from gutenbot.editing.defaults import Key
from gutenbot.editing.errors import ContentMistake
from gutenbot.editing.exporting import FORMAT, Format, kind_of, unit_id
from gutenbot.editing.placeholders import difference
from gutenbot.editing.shelf import Shelf
from gutenbot.editing.standing import Standing
from gutenbot.editing.units import Path, replaced, units
from gutenbot.editing.wording import forbidden_in
from gutenbot.editing.written import TROUBLE, node_of, rewritten, value_of, written
from gutenbot.editing.xliff import Document, Pair

Mode = Literal["merge", "replace"]
"""`merge`: what the file has not stays. `replace`: in the languages of the file, what it has not goes."""
MAX_TEXTS = 100_000
_DEEPEST = 60


class NotContent(ContentMistake):
    """The file holds no content that can be read: {reason}."""

    code = "content.not-content"


class WrongLanguages(ContentMistake):
    """The file is in {found}, but {wanted} was asked for."""

    code = "content.wrong-languages"


@dataclass(frozen=True, slots=True)
class Change:
    """A text that would become another one; `after` None: it would go."""

    item: str
    locale: str
    before: str | None
    after: str | None
    value: Any = None

    @property
    def kind(self) -> str:
        """`added`, `changed` or `removed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a text of the file. An error keeps it out, a warning does not."""

    item: str
    locale: str
    severity: Literal["error", "warning"]
    code: str
    message: str


@dataclass(slots=True)
class Plan:
    """What an import would do."""

    edit: int
    """Of which state of the content that is true."""
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Trouble] = field(default_factory=list)
    words: Mapping[str, Wording] = field(default_factory=dict)
    """By language, the words that the bot does not use."""

    @property
    def locales(self) -> set[str]:
        """The languages that would be changed."""
        return {change.locale for change in self.changes}

    def refuse(self, item: str, locale: str, code: str, message: str) -> None:
        """Keeps a text out."""
        self.problems.append(Trouble(item, locale, "error", f"content.{code}", message))

    def warn(self, item: str, locale: str, code: str, message: str) -> None:
        """Notes something that should be looked at."""
        self.problems.append(Trouble(item, locale, "warning", f"content.{code}", message))


def planned(
    shelf: Shelf,
    found: Standing,
    data: bytes,
    kind: Format,
    mode: Mode,
    *,
    drafts: bool,
    source: str = "",
    target: str = "",
    words: Mapping[str, Wording] | None = None,
) -> Plan:
    """What the file would change. `drafts`: against what editors see, else against what users get. `words`: those that the bot
    does not use, by language: what would go live with a forbidden one is kept out.

    Raises `NotContent`, `NotXliff`, `NotTable`, `WrongLanguages`.
    """
    plan = Plan(int(found.position["edit"]), words=words or {})
    if kind in ("csv", "xliff"):
        document = sheets.read(data) if kind == "csv" else xliff.read(data)
        wanted = _translated(shelf, found, _checked(shelf, document, source, target), plan, drafts)
    else:
        wanted = _values(_read(data, kind), shelf.locale, target, plan)
    for (item, locale), value in wanted.items():
        _compare(shelf, found, (item, locale), value, plan, drafts)
    if mode == "replace":
        _remove(found, wanted, plan, drafts)
    return plan


def _compare(shelf: Shelf, found: Standing, key: Key, value: Any, plan: Plan, drafts: bool) -> None:
    item, locale = key
    text = found.text(item, locale)
    before = text.source(drafts=drafts)
    if before is not None and text.value(drafts=drafts) == value:
        plan.unchanged += 1
        return
    after = rewritten(before, value) if before is not None else written(value)
    if len(after) > LONGEST:
        plan.refuse(item, locale, "too-large", f"The text is longer than {LONGEST} characters.")
        return
    errors = [one for one in shelf.compile(item, locale, after)[1] if one.severity == "error"]
    if errors:
        plan.refuse(item, locale, errors[0].code.removeprefix("content."), errors[0].message)
        return
    if word := forbidden_in(after, plan.words, locale):
        tell = plan.warn if drafts else plan.refuse
        tell(item, locale, "forbidden-word", f"“{word}” is a word that this bot never uses.")
        if not drafts:
            return
    plan.changes.append(Change(item, locale, before, after, value))


def _remove(found: Standing, wanted: Mapping[Key, Any], plan: Plan, drafts: bool) -> None:
    """What the console has put there and the file has not; what stands in the bot's own files stays."""
    locales = {locale for _, locale in wanted}
    kept_out = {(one.item, one.locale) for one in plan.problems}
    for (item, locale), text in sorted(found.texts.items()):
        if locale not in locales or (item, locale) in wanted or (item, locale) in kept_out or item in found.archived:
            continue
        if text.live is not None or (drafts and text.draft is not None):
            plan.changes.append(Change(item, locale, text.source(drafts=drafts), None))


# Translations ---------------------------------------------------------------------------------------------------------


def _checked(shelf: Shelf, document: Document, source: str, target: str) -> Document:
    found = canonical(document.source or source or shelf.locale), canonical(document.target or target)
    if not all(is_tag(one) for one in found):
        raise NotContent(reason="it does not say which languages it is in")
    for given, wanted in zip(found, (source, target), strict=True):
        if wanted and canonical(wanted) != given:
            raise WrongLanguages(found=" and ".join(found), wanted=wanted[:40])
    document.source, document.target = found
    return document


def _translated(shelf: Shelf, found: Standing, document: Document, plan: Plan, drafts: bool) -> dict[Key, Any]:
    """The translated items: each as it stands in the source language (or already in the other one), with other words."""
    by_item: dict[str, dict[str, Pair]] = {}
    for pair in document.pairs:
        by_item.setdefault(pair.id.partition("#")[0], {})[pair.id] = pair
    wanted: dict[Key, Any] = {}
    for item, pairs in by_item.items():
        value = _one_translated(shelf, found, document, item, pairs, plan, drafts)
        if value is not None:
            wanted[item, document.target] = value
    return wanted


def _one_translated(
    shelf: Shelf, found: Standing, document: Document, item: str, pairs: Mapping[str, Pair], plan: Plan, drafts: bool
) -> Any:
    target = document.target
    source = found.text(item, document.source).value(drafts=drafts)
    if source is None:
        plan.refuse(item, target, "unknown-item", f"There is no item {item[:80]} in {document.source}.")
        return None
    now = found.text(item, target).value(drafts=drafts)
    sources = {unit.path: unit.text for unit in units(source, kind_of(shelf, source))}
    texts = {unit.path: unit.text for unit in units(now, kind_of(shelf, now))} if now is not None else {}
    same_shape = texts.keys() == sources.keys()
    given = _given(item, target, pairs, sources, plan)
    if given is None or not given:
        return None
    kept = {path: text for path, text in texts.items() if path in sources} if not same_shape else {}
    lacking = sources.keys() - given.keys() - (texts.keys() if same_shape else kept.keys())
    if lacking:
        plan.warn(item, target, "partly", f"{len(lacking)} of {len(sources)} texts stay in {document.source}.")
    return replaced(now, given) if same_shape and now is not None else replaced(source, {**kept, **given})


def _given(
    item: str, target: str, pairs: Mapping[str, Pair], sources: Mapping[Path, str], plan: Plan
) -> dict[Path, str] | None:
    """The translations by path; None when one of them cannot be taken."""
    paths = {unit_id(item, path): path for path in sources}
    given: dict[Path, str] = {}
    for name, pair in pairs.items():
        if not pair.target.strip():
            continue
        if name not in paths:
            plan.warn(
                item, target, "gone", f"The source has no text `{name[-80:]}` any more; its translation is left out."
            )
            continue
        path = paths[name]
        if trouble := difference(sources[path], pair.target):
            plan.refuse(item, target, "placeholders", f"In `{name[-80:]}` {trouble}.")
            return None
        if pair.source and pair.source.strip() != sources[path].strip():
            plan.warn(
                item, target, "source-changed", f"The source of `{name[-80:]}` was changed since it was exported."
            )
        given[path] = pair.target
    return given


# Whole items ----------------------------------------------------------------------------------------------------------


def _read(data: bytes, kind: Format) -> Any:
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_constant) if kind == "json" else value_of(node_of(text))
    except (*TROUBLE, RecursionError) as error:
        raise NotContent(reason=" ".join(str(error).split())[:200] or "it is malformed") from error
    if _too_deep(value, 0):
        raise NotContent(reason="it is nested too deeply")
    return value


def _values(document: Any, locale: str, target: str, plan: Plan) -> dict[Key, Any]:
    """By item and language. A file without a head is taken as a content file of one language."""
    if not isinstance(document, dict):
        raise NotContent(reason="it is no mapping of items")
    pairs = _of_export(document) if "gutenbot" in document else _of_file(document, canonical(target or locale))
    wanted: dict[Key, Any] = {}
    for item, tag, value in pairs:
        if not is_id(item) or len(item) > 120:
            plan.refuse(item[:80], tag[:20], "bad-id", "This cannot be the id of an item.")
        elif not is_tag(tag):
            plan.refuse(item, tag[:20], "wrong-locale", "This is no language tag.")
        elif not target or canonical(target) == canonical(tag):
            wanted[item, canonical(tag)] = value
        if len(wanted) > MAX_TEXTS:
            raise NotContent(reason=f"it has more than {MAX_TEXTS} texts")
    return wanted


def _of_export(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    if document["gutenbot"] != FORMAT:
        raise NotContent(reason=f"it is of format {str(document['gutenbot'])[:20]}; this release reads {FORMAT}")
    items = document.get("items")
    for item, about in items.items() if isinstance(items, dict) else ():
        texts = about.get("texts") if isinstance(about, dict) else None
        if not isinstance(texts, dict):
            raise NotContent(reason=f"`{str(item)[:60]}` has no `texts`")
        yield from ((str(item), str(tag), value) for tag, value in texts.items())


def _of_file(document: Mapping[str, Any], locale: str) -> Iterable[tuple[str, str, Any]]:
    return ((str(item), locale, value) for item, value in document.items())


def _too_deep(value: Any, depth: int) -> bool:
    if depth > _DEEPEST:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_too_deep(one, depth + 1) for one in inner)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
