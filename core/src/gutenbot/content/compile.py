"""One item, from YAML to compiled. What is wrong with it is noted; it then counts as broken, and harms no other item."""

from dataclasses import replace

from gutenbot.content.builder import Builder, Mistake
from gutenbot.content.engine import Engine
from gutenbot.content.entries import compile_entries
from gutenbot.content.glance import said_type_of, words_of
from gutenbot.content.items import Item
from gutenbot.content.nodes import MapNode
from gutenbot.content.problems import Problem, Report
from gutenbot.content.reading import Source, read_items
from gutenbot.content.shapes import BUILT_IN
from gutenbot.content.trees import value_of
from gutenbot.content.typed import tags_of, type_named, typed_item, without_type
from gutenbot.content.types import Types
from gutenbot.content.variation import how_of, variants_of

_ABOUT = ("entries", "title", "description", "tags", "random", "type", "variants", "choose")


def compile_text(
    text: str, file: str, locale: str, engine: Engine, types: Types = BUILT_IN
) -> tuple[tuple[Item, ...], tuple[Problem, ...]]:
    """The items of a YAML text, and what is wrong with it. Never raises."""
    report = Report()
    items = tuple(compile_item(source, locale, engine, report, types) for source in read_items(text, file, report))
    return items, tuple(sorted(dict.fromkeys(report.problems)))


def compile_item(source: Source, locale: str, engine: Engine, report: Report, types: Types = BUILT_IN) -> Item:
    """The compiled item; broken when any of its entries cannot be used."""
    if source.lost:
        return Item(source.id.value, locale, source.id.place, (), broken=source.lost)
    found = Report()
    builder = Builder(engine, found, source.id.value, locale)
    try:
        item = _item(builder, source, types)
    except Mistake as mistake:
        builder.note(mistake)
        item = Item(source.id.value, locale, source.id.place, ())
    report.problems += found.problems
    errors = [problem for problem in found.problems if problem.severity == "error"]
    return _broken(item, errors[0]) if errors else item


def _item(builder: Builder, source: Source, types: Types) -> Item:
    named = type_named(source.node, types)
    if named is not None and not named.natural:
        return typed_item(builder, source, named)
    node = without_type(source.node) if named is not None else source.node
    about = node if isinstance(node, MapNode) and _has_entries(node) else None
    if about:
        builder.check_properties(about, _ABOUT, "an item with `entries`")
    value = value_of(node)
    variants = variants_of(builder, about) if about and "variants" in about.entries else ()
    return Item(
        id=builder.item,
        locale=builder.locale,
        place=source.id.place,
        entries=() if variants else compile_entries(builder, about.entries["entries"] if about else node),
        title=_words(builder, about, "title"),
        description=_words(builder, about, "description"),
        tags=tags_of(builder, about),
        random=builder.flag(about.entries["random"], "random") if about and "random" in about.entries else False,
        variables=builder.variables,
        references=tuple(builder.references),
        type=said_type_of(value),
        words=words_of(value),
        variants=variants,
        choose=how_of(builder, about, variants) if about and variants else "",
    )


def _has_entries(node: MapNode) -> bool:
    return "entries" in node.entries or "variants" in node.entries


def _words(builder: Builder, about: MapNode | None, name: str) -> str:
    return builder.scalar(about.entries[name], name).value if about and name in about.entries else ""


def _broken(item: Item, problem: Problem) -> Item:
    return replace(item, entries=(), variants=(), random=False, variables=(), references=(), broken=problem.message)
