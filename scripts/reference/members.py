"""Reads public names from the source, with their docstrings, and writes them as Markdown."""

import textwrap
from functools import cache
from pathlib import Path

import griffe

TOP = Path(__file__).resolve().parents[2]


@cache
def package() -> griffe.Module:
    """The package `gutenbot`, read from its source."""
    loaded = griffe.load("gutenbot", search_paths=[TOP / "core" / "src"], resolve_aliases=True)
    assert isinstance(loaded, griffe.Module)
    return loaded


def find(path: str) -> griffe.Class:
    """The class at a dotted path below the package."""
    found = package()[path]
    target = found.final_target if isinstance(found, griffe.Alias) else found
    assert isinstance(target, griffe.Class), path
    return target


def words(item: griffe.Object) -> str:
    """Its docstring as paragraphs."""
    return textwrap.dedent(item.docstring.value).strip() if item.docstring else ""


def first_line(item: griffe.Object) -> str:
    """The first paragraph of its docstring, on one line."""
    return " ".join(words(item).partition("\n\n")[0].split())


def public(cls: griffe.Class) -> list[griffe.Object]:
    """Its documented members, in the order of the source."""
    found = [member for name, member in cls.members.items() if not name.startswith("_") and not member.is_alias]
    return sorted((m for m in found if isinstance(m, griffe.Object)), key=lambda member: member.lineno or 0)


def signature(function: griffe.Function, *, without: tuple[str, ...] = ("self",)) -> str:
    """`name(argument: type = default, …)`; of an overloaded function, its implementation."""
    parts: list[str] = []
    seen_star = False
    for one in function.parameters:
        if one.name in without:
            continue
        if one.kind is griffe.ParameterKind.keyword_only and not seen_star:
            parts.append("*")
            seen_star = True
        star = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(
            one.kind or griffe.ParameterKind.positional_or_keyword, ""
        )
        seen_star = seen_star or bool(star)
        text = f"{star}{one.name}" + (f": {one.annotation}" if one.annotation is not None else "")
        parts.append(text + (f" = {one.default}" if one.default is not None and not star else ""))
    return f"{function.name}({', '.join(parts)})"


def methods(cls: griffe.Class, prefix: str) -> str:
    """A section for each public method."""
    sections = [
        f"### `{prefix}.{member.name}` {{: #{prefix}.{member.name} }}\n\n"
        f"```text\n{'await ' if awaited(member) else ''}{prefix}.{signature(member)}\n```\n\n{words(member)}\n"
        for member in public(cls)
        if isinstance(member, griffe.Function) and "property" not in member.labels
    ]
    return "\n".join(sections)


def awaited(function: griffe.Function) -> bool:
    """Whether a call of it must be awaited."""
    return "async" in function.labels or str(function.returns or "").startswith("Command[")


def properties(cls: griffe.Class, prefix: str) -> str:
    """A table of its properties."""
    rows = [
        f"| `{prefix}.{member.name}` | {first_line(member)} |"
        for member in public(cls)
        if "property" in member.labels or (isinstance(member, griffe.Attribute) and member.docstring)
    ]
    return "\n".join(["| | |", "|---|---|", *rows])


def fields(cls: griffe.Class) -> str:
    """A table of the fields of a record: name, type, default, meaning."""
    rows = []
    for member in public(cls):
        if isinstance(member, griffe.Attribute) and member.annotation is not None and "property" not in member.labels:
            kind = str(member.annotation).replace("|", "\\|")
            default = "" if member.value is None or "default_factory" in str(member.value) else f"`{member.value}`"
            rows.append(f"| `{member.name}` | `{kind}` | {default} | {first_line(member)} |")
    if not rows:
        return ""
    return "\n".join(["| field | type | default | |", "|---|---|---|---|", *rows]) + "\n"


def record(path: str, heading: str = "##") -> str:
    """A section for a record: its docstring and its fields."""
    cls = find(path)
    return f"{heading} `{cls.name}` {{: #{cls.name} }}\n\n{words(cls)}\n\n{fields(cls)}"
