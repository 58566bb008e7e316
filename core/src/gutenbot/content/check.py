"""What `gutenbot content check` finds: mistakes in the files, and where content and code do not fit together."""

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from gutenbot.content.items import NAMES_AT_HAND, Item, Reference
from gutenbot.content.library import Library
from gutenbot.content.locales import parents
from gutenbot.content.problems import Problem, Report, Severity
from gutenbot.content.uses import Use

_PHONE = re.compile(r"(tel:)?\+?[0-9][0-9 ().\-/]{2,24}")
_SCHEMES = {"link": frozenset({"http", "https", "mailto", "tel", "sms", "geo"}), "media": frozenset({"http", "https"})}
_SYSTEM = "gutenbot."

Exists = Callable[[str], bool]


def check(library: Library, uses: Iterable[Use] | None = None, *, media_exists: Exists | None = None) -> list[Problem]:
    """All problems, sorted by place. Without `uses` the code is not looked at; without `media_exists` files are not.

    `media_exists` gets a relative path as it stands in the content, and says whether there is such a file.
    """
    report = Report()
    items = [item for locales in library.own.values() for item in locales.values()]
    for item in items:
        _check_references(item, media_exists, report)
    _check_translations(library, report)
    if uses is not None:
        _check_uses(library, list(uses), report)
    return sorted(dict.fromkeys([*library.problems, *report.problems]))


def _check_uses(library: Library, uses: list[Use], report: Report) -> None:
    by_item: dict[str, list[Use]] = defaultdict(list)
    for use in uses:
        by_item[use.item].append(use)
    for item_id, mentions in by_item.items():
        certain = [use for use in mentions if use.certain]
        if item_id not in library:
            _report_unknown(library, certain, report)
        for use in certain:
            _check_variables(library, use, report)
    for item_id, locales in library.own.items():
        picked = any(item.typed is not None for item in locales.values())  # code asks for it by what it is
        if item_id not in by_item and not item_id.startswith(_SYSTEM) and not picked:
            place = min(item.place for item in locales.values())
            report.add("info", place, "unused", f"No code says `#{item_id}` by name.", "Remove it if it is not needed.")


def _report_unknown(library: Library, uses: list[Use], report: Report) -> None:
    for use in uses:
        close = difflib.get_close_matches(use.item, sorted(library), n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(f'`#{match}`' for match in close)}?" if close else "Add it to the content."
        report.error(use.place, "unknown-item", f"There is no content item `#{use.item}`.", hint)


def _check_variables(library: Library, use: Use, report: Report) -> None:
    """Variables that a text needs and the code does not pass, in every locale of the item."""
    if not use.complete:
        return
    for item in library.own.get(use.item, {}).values():
        for variable in item.variables:
            if variable.required and variable.name not in use.names and variable.name not in NAMES_AT_HAND:
                message = f"`#{item.id}` uses `{variable.name}`, which is not passed at {use.place}."
                hint = f"Pass {variable.name}=…, or write {{{{ {variable.name} | default('…') }}}}."
                report.error(variable.place, "variable-not-passed", message, hint)


def _check_translations(library: Library, report: Report) -> None:
    for locale in sorted(library.locales - {library.default_locale}):
        for item_id, locales in library.own.items():
            source = locales.get(library.default_locale)
            if source is None or locale in locales or any(wider in locales for wider in parents(locale)):
                continue
            message = f"`{item_id}` is not translated to {locale}."
            report.warning(source.place, "untranslated", message, f"Until it is, it is said in {source.locale}.")


def _check_references(item: Item, media_exists: Exists | None, report: Report) -> None:
    for reference in item.references:
        for severity, message, hint in flaws(reference, media_exists):
            report.add(severity, reference.place, reference.kind, message, hint)


def flaws(reference: Reference, media_exists: Exists | None) -> Iterator[tuple[Severity, str, str]]:
    """What is wrong with an address: severity, message, what to do."""
    shown = reference.value[:80]
    if reference.kind == "call":
        if not _PHONE.fullmatch(reference.value):
            yield "error", f"`{shown}` is not a telephone number.", "Write it as +33 1 23 45 67 89."
    elif _is_relative(reference):
        if media_exists is not None and not media_exists(reference.value):
            yield (
                "error",
                f"There is no media file `{shown}`.",
                "Put it into the bot's media/ folder, or correct the name.",
            )
    elif not _is_good_url(reference):
        yield "error", f"`{shown}` is not a link that can be opened.", "Write it in full, as https://example.org/page."
    elif _is_here_only(reference.value):
        yield (
            "warning",
            f"`{shown}` opens on one computer or in one network only.",
            "Write the address that users have.",
        )
    elif reference.value.startswith("http://"):
        yield (
            "info",
            f"`{shown}` is not encrypted; some channels do not open it.",
            "Write https:// where the site has it.",
        )


def _is_here_only(url: str) -> bool:
    """Whether an address leads to whoever opens it, or into a network of their own."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".test", ".invalid")):
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return bool(host) and "." not in host
    return not found.is_global


def _is_relative(reference: Reference) -> bool:
    return reference.kind == "media" and not re.match(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//", reference.value)


def _is_good_url(reference: Reference) -> bool:
    try:
        parts = urlsplit(reference.value)
    except ValueError:
        return False
    if parts.scheme not in _SCHEMES[reference.kind] or re.search(r"\s", reference.value):
        return False
    return bool(parts.hostname) if parts.scheme in ("http", "https") else bool(parts.path)
