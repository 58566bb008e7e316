"""Questions and answers of 10 to 12: the answers become items, the questions a table that the bot's code looks into."""

from dataclasses import dataclass

from gutenbot.content.locales import canonical
from gutenbot.content.nodes import ListNode, MapNode, Node
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


def is_question(node: Node) -> bool:
    """Whether a JSON value is a question with its answers."""
    data = entry_of(node, "data") or node
    return (
        isinstance(data, MapNode) and "questions" in data.entries and bool({"answers", "answer"} & data.entries.keys())
    )


def convert_question(node: Node, number: int, notes: Notes) -> tuple[Question, Item | None] | None:
    """The question and the item that answers it (None: an item that is imported anyway); None when it is not carried."""
    data = entry_of(node, "data") or node
    if word(entry_of(data, "enabled")) == "false":
        notes.lost(node.place, "question", "it was switched off")
        return None
    asked = {locale: texts for locale, value in _by_locale(entry_of(data, "questions")) if (texts := _words(value))}
    if not asked:
        notes.lost(node.place, "question", "it has no questions")
        return None
    if "redirect" in word(entry_of(data, "action")):
        flow = word(entry_of(data, "redirectFlow")) or "another flow"
        notes.lost(node.place, "redirect of a question", f"it went on to `{flow[:60]}`; flows are code now")
    item = Item(
        f"qna.{fit_id(word(entry_of(node, 'id')) or str(number))}",
        node.place,
        title=next(iter(asked.values()))[0][:120],
    )
    for locale, value in _by_locale(entry_of(data, "answers", "answer")):
        texts = _words(value)
        if len(texts) == 1 and (element := _element(texts[0])):
            notes.carried(node.place, "question")
            return Question(element, asked), None
        spot = Spot(item.id, Scope(), notes)
        said = [text for answer in elements(value) if (text := spot.text(answer)).strip()]
        if said:
            item.entries[locale] = [{"text": said if len(said) > 1 else said[0]}]
    if not item.entries:
        notes.lost(node.place, "question", f"`{item.title[:60]}` has no answer that can be said")
        return None
    notes.carried(node.place, "question")
    return Question(item.id, asked), item


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
    name = text.strip()
    return fit_id(name[2:]) if name.startswith("#!") and " " not in name else ""
