"""Changes single values inside YAML text by their places: everything else stays, letter by letter."""

from typing import Any

import yaml

from gutenbot.editing.written import literal, read_value, same_value, scalar, written

Change = tuple[int, int, str]
"""From, to (positions in the text), and what stands there then."""


def changed(node: yaml.Node | None, source: str, value: Any) -> str | None:
    """The text with the value in place of the node's; None where it cannot be written in place."""
    if node is None or ("&" in source and _has_anchor(source)):
        return None
    changes: list[Change] = []
    if not _Change(source, changes).node(node, value, 2):
        return None
    for start, end, text in sorted(changes, reverse=True):
        source = source[:start] + text + source[end:]
    return source


def _has_anchor(source: str) -> bool:
    return any(getattr(event, "anchor", None) for event in yaml.parse(source))


class _Change:
    def __init__(self, source: str, changes: list[Change]) -> None:
        self.source, self.changes = source, changes

    def node(self, node: yaml.Node, value: Any, indent: int) -> bool:
        """Notes what changes; `indent`: the column of a block of this value; 0: it stands in one line."""
        old = self._value(node)
        if same_value(old, value):
            return True
        if isinstance(node, yaml.MappingNode) and isinstance(value, dict) and value:
            return self._mapping(node, value)
        if isinstance(node, yaml.SequenceNode) and isinstance(value, list) and value:
            return self._sequence(node, value)
        if isinstance(node, yaml.ScalarNode) and not isinstance(value, dict | list):
            return self._scalar(node, value, indent)
        return False

    def _value(self, node: yaml.Node) -> Any:
        text = self._text(node)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return node.value
        return read_value(_dedented(text, node.start_mark.column))

    def _text(self, node: yaml.Node) -> str:
        return self.source[node.start_mark.index : node.end_mark.index]

    def _scalar(self, node: yaml.ScalarNode, value: Any, indent: int) -> bool:
        text = self._text(node)
        block = literal(value) if isinstance(value, str) and indent else None
        if block:
            pad = " " * indent
            found = "\n".join([block[0], *(f"{pad}{line}" if line else "" for line in block[1:])])
        elif node.style in ("'", '"') and isinstance(value, str):
            found = scalar(value, flow=True)
        else:
            found = scalar(value, flow=not indent and node.style not in ("|", ">"))
        tail = text[len(text.rstrip("\n \t")) :] if node.style in ("|", ">") else ""
        self.changes.append((node.start_mark.index, node.end_mark.index, found + tail))
        return True

    def _mapping(self, node: yaml.MappingNode, value: dict[str, Any]) -> bool:
        if any(not isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            return False
        known = {str(key.value): (key, inner) for key, inner in node.value}
        kept = [name for name in known if name in value]
        added = [name for name in value if name not in known]
        if (node.flow_style and (added or len(kept) < len(known))) or not kept:
            return False
        column = node.start_mark.column
        for name in kept:
            key, inner = known[name]
            noted = len(self.changes)
            if not self.node(inner, value[name], 0 if node.flow_style else key.start_mark.column + 2):
                del self.changes[noted:]
                self._replace(inner, written({"x": value[name]})[2:], key.start_mark.column, key)
        starts = [key.start_mark.index for key, _ in node.value] + [self._end(node)]
        for number, (key, _) in enumerate(node.value):
            if str(key.value) not in value:
                self._remove(starts[number], starts[number + 1])
        if added:
            self._append(node, written({name: value[name] for name in added}), column)
        return True

    def _replace(self, inner: yaml.Node, text: str, column: int, key: yaml.Node | None = None) -> None:
        """Writes a value of another shape, as lines that begin behind the key or dash at this column."""
        first, *rest = text.rstrip("\n").split("\n")
        pad = " " * column
        text = "\n".join([first, *(f"{pad}{line}" if line else "" for line in rest)])
        end = len(self.source[: inner.end_mark.index].rstrip("\n \t"))
        start = (
            self.source.index(":", key.end_mark.index) + 1
            if key
            else self.source.rindex("-", 0, inner.start_mark.index) + 1
        )
        text = text if text.startswith((" ", "\n")) else f" {text}"
        self.changes.append((start, max(start, end), text))

    def _sequence(self, node: yaml.SequenceNode, value: list[Any]) -> bool:
        old = [self._value(item) for item in node.value]
        same_start = 0
        while same_start < min(len(old), len(value)) and same_value(old[same_start], value[same_start]):
            same_start += 1
        same_end = 0
        while same_end < min(len(old), len(value)) - same_start and same_value(
            old[-1 - same_end], value[-1 - same_end]
        ):
            same_end += 1
        before, after = old[same_start : len(old) - same_end], value[same_start : len(value) - same_end]
        items = node.value[same_start : len(old) - same_end]
        pairs = min(len(before), len(after))
        for item, inner in zip(items[:pairs], after[:pairs], strict=True):
            noted = len(self.changes)
            if not self.node(item, inner, 0 if node.flow_style else node.start_mark.column + 2):
                del self.changes[noted:]
                self._replace(item, written([inner])[2:], node.start_mark.column)
        if len(before) == len(after):
            return True
        return not node.flow_style and self._resize(node, same_start + pairs, len(before) - pairs, after[pairs:])

    def _resize(self, node: yaml.SequenceNode, at: int, gone: int, added: list[Any]) -> bool:
        """Takes elements out, or puts some in, at a position of a block sequence."""
        dashes = [self.source.rindex("-", 0, item.start_mark.index) for item in node.value] + [self._end(node)]
        if gone:
            self._remove(dashes[at], dashes[at + gone])
        elif at == len(node.value):
            self._append(node, written(added), node.start_mark.column)
        else:
            pad = " " * node.start_mark.column
            text = "".join(f"{line}\n{pad}" if line else "\n" for line in written(added).rstrip("\n").split("\n"))
            self.changes.append((dashes[at], dashes[at], text))
        return True

    def _remove(self, start: int, end: int) -> None:
        """Takes out a part from its first letter to that of the next, or whole lines where it begins one."""
        before = self._line_start(start)
        if before < start:
            self.changes.append((before, self._line_start(end), ""))
        else:
            self.changes.append((start, end, ""))

    def _line_start(self, at: int) -> int:
        """Where the line begins, if there is nothing but blanks before this position; else the position."""
        start = self.source.rfind("\n", 0, at) + 1
        return at if self.source[start:at].strip() else start

    def _append(self, node: yaml.Node, text: str, column: int) -> None:
        end = self._end(node)
        body = self.source[:end]
        pad = " " * column
        lines = [f"{pad}{line}" if line else "" for line in text.rstrip("\n").split("\n")]
        lead = "" if body.endswith("\n") or not body else "\n"
        self.changes.append((end, end, lead + "\n".join(lines) + "\n"))

    def _end(self, node: yaml.Node) -> int:
        """Where a block ends: behind the line end of its last line that says something."""
        last: yaml.Node = node
        while isinstance(last, yaml.MappingNode | yaml.SequenceNode) and last.value and not last.flow_style:
            last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
        end = len(self.source[: last.end_mark.index].rstrip("\n \t"))
        line_end = self.source.find("\n", end)
        return len(self.source) if line_end < 0 else line_end + 1


def _dedented(text: str, column: int) -> str:
    """A node's text as if it stood at the left margin."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(line[column:] if not line[:column].strip() else line.lstrip() for line in rest)])
