"""Which field of a value stands where in its YAML: so that a problem with a line can be shown beside its field."""

from dataclasses import dataclass

from gutenbot.content.nodes import ListNode, MapNode, Node
from gutenbot.editing.written import TROUBLE, node_of


@dataclass(frozen=True, slots=True)
class Paths:
    """Fields by the line and column at which they begin."""

    starts: tuple[tuple[int, int, str], ...]

    def at(self, line: int, column: int) -> str:
        """The field that a place is in, such as `0.quick_replies.1`; "" for the value as a whole."""
        found = ""
        for start_line, start_column, path in self.starts:
            if (start_line, start_column) > (line, column):
                break
            found = path
        return found


def paths_of(source: str) -> Paths:
    """The fields of a YAML text; none where it cannot be read."""
    starts: list[tuple[int, int, str]] = []
    try:
        _collect(node_of(source), "", starts)
    except TROUBLE:
        return Paths(())
    return Paths(tuple(sorted(starts, key=lambda one: one[:2])))


def _collect(node: Node, path: str, starts: list[tuple[int, int, str]]) -> None:
    starts.append((node.place.line, node.place.column, path))
    if isinstance(node, ListNode):
        for number, item in enumerate(node.items):
            _collect(item, f"{path}.{number}" if path else str(number), starts)
    elif isinstance(node, MapNode):
        for key, item in node.entries.items():
            inner = f"{path}.{key}" if path else key
            starts.append((node.keys[key].place.line, node.keys[key].place.column, inner))
            _collect(item, inner, starts)
