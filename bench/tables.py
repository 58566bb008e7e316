"""Tables in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """One section of the results: a heading, rows, and what must be known to read them."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Another row."""
        self.rows.append([str(cell) for cell in cells])

    def markdown(self) -> str:
        """The section."""
        lines = [f"## {self.title}", ""]
        lines.append("| " + " | ".join(self.columns) + " |")
        lines.append("|" + "|".join("---" if k == 0 else "--:" for k in range(len(self.columns))) + "|")
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        lines += ["", *self.notes] if self.notes else []
        return "\n".join([*lines, ""])


def goal(reached: bool) -> str:
    """How a figure stands to its goal."""
    return "reached" if reached else "**missed**"


def count(value: float) -> str:
    """A large number."""
    return f"{value:,.0f}"


def share(value: float) -> str:
    """A ratio as a percentage."""
    return f"{100 * value:.1f} %"
