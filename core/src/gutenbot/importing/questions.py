"""Questions and answers of 10 to 12: the answers become items, the questions a table that the bot's code looks into."""

from dataclasses import dataclass

from gutenbot.content.locales import canonical
from gutenbot.content.nodes import ListNode, MapNode, Node
from gutenbot.content.problems import Place
from gutenbot.importing.classic import Item
from gutenbot.importing.managed import fit_id
from gutenbot.importing.notes import Notes
from gutenbot.importing.scope import Scope
from gutenbot.importing.trees import Spot, elements, entry_of, word


@dataclass(frozen=True, slots=True)
class Question:
    """Ways to ask for one item, by locale (empty: the bot's own)."""

    item: str
    asked: dict[str, list[str]]
    place: Place


def is_question(node: Node) -> bool:
    """Whether a JSON value is a question with its answers."""
    data = entry_of(node, "data") or node
    return (
        isinstance(data, MapNode) and "questions" in data.entries and bool({"answers", "answer"} & data.entries.keys())
    )


def convert_question(node: Node, number: int, notes: Notes) -> list[tuple[Question, Item | None]]:
    """The question and the item that answers it (None: an item that is imported anyway); several where languages are answered
    by different items, none when it is not carried."""
    data = entry_of(node, "data") or node
    if word(entry_of(data, "enabled")) == "false":
        notes.lost(node.place, "question", "it was switched off")
        return []
    asked = {locale: texts for locale, value in _by_locale(entry_of(data, "questions")) if (texts := _words(value))}
    if not asked:
        notes.lost(node.place, "question", "it has no questions")
        return []
    if "redirect" in word(entry_of(data, "action")):
        flow = word(entry_of(data, "redirectFlow")) or "another flow"
        notes.lost(node.place, "redirect of a question", f"it went on to `{flow[:60]}`; flows are code now")
    item = Item(
        f"qna.{fit_id(word(entry_of(node, 'id')) or str(number))}",
        node.place,
        title=next(iter(asked.values()))[0][:120],
    )
    targets: dict[str, str] = {}
    """The item that answers, by language."""
    places: dict[str, Place] = {}
    for locale, value in _by_locale(entry_of(data, "answers", "answer")):
        if target := _answer(item, locale, value, notes):
            targets[locale], places[locale] = target, value.place
    if not targets:
        notes.lost(node.place, "question", f"`{item.title[:60]}` has no answer that can be said")
        return []
    notes.carried(node.place, "question")
    return _questions(item, asked, targets, places, notes)


def _answer(item: Item, locale: str, node: Node, notes: Notes) -> str:
    """The item that answers in a language: another one, or this, which then has its words; empty when there are none."""
    spot = Spot(item.id, Scope(), notes)
    named = [(answer, name) for answer in elements(node) if (name := _element(word(answer)))]
    said = [text for answer in elements(node) if not _element(word(answer)) and (text := spot.text(answer)).strip()]
    for answer, name in named if said else named[1:]:
        notes.lost(answer.place, "answer", f"`{name[:60]}` was one of several answers; say it in code")
    if said:
        item.entries[locale] = [{"text": said if len(said) > 1 else said[0]}]
        return item.id
    return named[0][1] if named else ""


def _questions(
    item: Item, asked: dict[str, list[str]], targets: dict[str, str], places: dict[str, Place], notes: Notes
) -> list[tuple[Question, Item | None]]:
    """A question for each item that answers in some language; languages without an answer go with the first."""
    main = next(iter(targets.values()))
    found: dict[str, dict[str, list[str]]] = {}
    for locale, texts in asked.items():
        found.setdefault(targets.get(locale, main), {})[locale] = texts
    for locale, target in targets.items():
        if target not in found:
            notes.lost(places[locale], "answer", f"in {locale or 'its language'}, in which nobody can ask for it")
    return [
        (Question(target, texts, item.place), item if target == item.id else None) for target, texts in found.items()
    ]


def _by_locale(node: Node | None) -> list[tuple[str, Node]]:
    if node is None:
        return []
    if isinstance(node, MapNode):
        return [(canonical(key), value) for key, value in node.entries.items()]
    return [("", node)]


def _words(node: Node) -> list[str]:
    found = node.items if isinstance(node, ListNode) else (node,)
    return [text for item in found if (text := word(item).strip())]


def _element(text: str) -> str:
    """The item that an answer refers to, as in `#!builtin_text-abc`; empty when it is words."""
    name = text.strip().removeprefix("say ").strip()
    return fit_id(name[2:]) if name.startswith("#!") and " " not in name else ""
