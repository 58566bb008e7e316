"""One item, from YAML to compiled. What is wrong with it is noted; it then counts as broken, and harms no other item."""

from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.engine import Engine
from gutenbot.content.entries import compile_entry
from gutenbot.content.items import Entry, Item
from gutenbot.content.nodes import ListNode, MapNode, Node, is_null
from gutenbot.content.problems import Problem, Report
from gutenbot.content.reading import Source, read_items

_ABOUT = ("entries", "title", "description", "tags", "random")


def compile_text(text: str, file: str, locale: str, engine: Engine) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """The items of a YAML text, and what is wrong with it. Never raises."""
    report = Report()
    items = tuple(compile_item(source, locale, engine, report) for source in read_items(text, file, report))
    return items, tuple(sorted(dict.fromkeys(report.problems)))


def compile_item(source: Source, locale: str, engine: Engine, report: Report) -> Item:
    """The compiled item; broken when any of its entries cannot be used."""
    if source.lost:
        return Item(source.id.value, locale, source.id.place, (), broken=source.lost)
    found = Report()
    builder = Builder(engine, found, source.id.value, locale)
    try:
        item = _item(builder, source)
    except Mistake as mistake:
        builder.note(mistake)
        item = Item(source.id.value, locale, source.id.place, ())
    report.problems += found.problems
    errors = [problem for problem in found.problems if problem.severity == "error"]
    return _broken(item, errors[0]) if errors else item


def _item(builder: Builder, source: Source) -> Item:
    node = source.node
    about = node if isinstance(node, MapNode) and "entries" in node.entries else None
    if about:
        builder.check_properties(about, _ABOUT, "an item with `entries`")
    entries = _entries(builder, about.entries["entries"] if about else node)
    return Item(
        id=builder.item,
        locale=builder.locale,
        place=source.id.place,
        entries=entries,
        title=_words(builder, about, "title"),
        description=_words(builder, about, "description"),
        tags=_tags(builder, about),
        random=builder.flag(about.entries["random"], "random") if about and "random" in about.entries else False,
        variables=builder.variables,
        references=tuple(builder.references),
    )


def _entries(builder: Builder, node: Node) -> tuple[Entry, ...]:
    nodes = node.items if isinstance(node, ListNode) else (node,)
    if not nodes or is_null(node):
        raise Mistake(
            node.place, "empty", f"`{builder.item}` says nothing.", "Give it an entry such as `- text: Hello`."
        )
    entries = [compile_entry(builder, item, number) for number, item in enumerate(nodes, 1)]
    return tuple(entry for entry in entries if entry is not None)


def _words(builder: Builder, about: MapNode | None, name: str) -> str:
    return builder.scalar(about.entries[name], name).value if about and name in about.entries else ""


def _tags(builder: Builder, about: MapNode | None) -> tuple[str, ...]:
    if not about or "tags" not in about.entries:
        return ()
    node = about.entries["tags"]
    return tuple(builder.scalar(tag, "tags").value for tag in (node.items if isinstance(node, ListNode) else (node,)))


def _broken(item: Item, problem: Problem) -> Item:
    return Item(item.id, item.locale, item.place, (), item.title, item.description, item.tags, broken=problem.message)
