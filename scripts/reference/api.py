"""A report of a module's public names with their signatures, read from the source, so that a change of API is a diff."""

from collections.abc import Iterator
from pathlib import Path

import griffe


def report(module: str, source: Path) -> str:
    """One block per public name, sorted; only a heading when the module does not exist."""
    package, _, inner = module.partition(".")
    loaded = griffe.load(package, search_paths=[source], resolve_aliases=True)
    found = loaded[inner] if inner and inner in loaded.members else (None if inner else loaded)
    lines = [f"# The public names of {module}. Written by `make reference`."]
    if isinstance(found, griffe.Module):
        for name in sorted(_public_names(found)):
            lines += ["", *_block(name, found.members[name])]
    return "\n".join(lines) + "\n"


def _public_names(module: griffe.Module) -> list[str]:
    names = [str(name) for name in module.exports] if module.exports else []
    return [name for name in names if name in module.members]


def _block(name: str, item: griffe.Object | griffe.Alias) -> Iterator[str]:
    try:
        target = item.final_target if isinstance(item, griffe.Alias) else item
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        yield f"{name}: from {getattr(item, 'target_path', '?')}"
        return
    if isinstance(target, griffe.Class):
        yield from _class(name, target)
    else:
        yield _line(name, target)


def _class(name: str, found: griffe.Class) -> Iterator[str]:
    bases = ", ".join(str(base) for base in found.bases)
    yield f"class {name}({bases})" if bases else f"class {name}"
    for member_name, member in sorted(found.members.items()):
        hidden = member_name.startswith("_") and member_name not in ("__init__", "__call__")
        if not hidden and not isinstance(member, griffe.Alias):
            yield "    " + _line(member_name, member)


def _line(name: str, item: griffe.Object) -> str:
    if isinstance(item, griffe.Function):
        start = "async def" if "async" in item.labels else "def"
        marks = "".join(f"@{label} " for label in ("staticmethod", "classmethod") if label in item.labels)
        returns = f" -> {item.returns}" if item.returns is not None else ""
        return f"{marks}{start} {name}({_parameters(item)}){returns}"
    if isinstance(item, griffe.Attribute):
        kind = "property " if "property" in item.labels else ""
        value = f" = {_short(str(item.value))}" if item.value is not None and not kind else ""
        return f"{kind}{name}{f': {item.annotation}' if item.annotation is not None else ''}{value}"
    return f"{item.kind.value} {name}"


def _parameters(function: griffe.Function) -> str:
    parts: list[str] = []
    kinds = [one.kind for one in function.parameters]
    for position, one in enumerate(function.parameters):
        before = kinds[position - 1] if position else None
        if before is griffe.ParameterKind.positional_only and one.kind is not before:
            parts.append("/")
        starts_keywords = one.kind is griffe.ParameterKind.keyword_only and before is not one.kind
        if starts_keywords and before is not griffe.ParameterKind.var_positional:
            parts.append("*")
        parts.append(_parameter(one))
    if kinds and kinds[-1] is griffe.ParameterKind.positional_only:
        parts.append("/")
    return ", ".join(parts)


def _parameter(one: griffe.Parameter) -> str:
    stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
    star = stars.get(one.kind, "") if one.kind is not None else ""
    text = star + one.name
    if one.annotation is not None:
        text += f": {one.annotation}"
    if one.default is not None and not star:
        text += f" = {_short(str(one.default))}"
    return text


def _short(value: str) -> str:
    flat = " ".join(value.split())
    return flat if len(flat) <= 80 else flat[:77] + "..."
