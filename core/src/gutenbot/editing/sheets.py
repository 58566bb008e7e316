"""Texts as a table (CSV, UTF-8): what translators open in a spreadsheet. A cell never begins a formula (INP-08)."""

import csv
import io
from collections.abc import Iterable, Iterator

from gutenbot.editing.errors import ContentMistake
from gutenbot.editing.xliff import MAX_UNITS, Document, Pair

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STATE = "state"
MAX_CELL = 200_000


class NotTable(ContentMistake):
    """The file is no table that can be read: {reason}."""

    code = "content.not-csv"


def write(source: str, target: str, pairs: Iterable[Pair]) -> Iterator[str]:
    """The table, line by line; it begins with a mark by which spreadsheets know UTF-8."""
    yield "\ufeff" + _line(["id", f"source {source}", f"target {target}", _STATE])
    for pair in pairs:
        yield _line([_safe(cell) for cell in (pair.id, pair.source, pair.target, pair.state)])


def read(data: bytes) -> Document:
    """The languages and texts of a table. Raises `NotTable`."""
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        found = _document([cell.strip() for cell in next(rows, [])])
        columns = {"id": 0, "source": 1, "target": 2}
        for row in rows:
            if not any(row):
                continue
            if len(row) < 3:
                raise NotTable(reason=f"line {rows.line_num} has less than three cells")
            cells = {name: _bare(row[place]) for name, place in columns.items()}
            found.pairs.append(Pair(cells["id"].strip(), cells["source"], cells["target"]))
            if len(found.pairs) > MAX_UNITS:
                raise NotTable(reason=f"it has more than {MAX_UNITS} lines")
    except csv.Error as error:
        raise NotTable(reason=f"line {rows.line_num}: {error}") from error
    return found


def _document(head: list[str]) -> Document:
    words = [cell.split() for cell in head[:3]]
    if len(words) < 3 or words[0] != ["id"] or len(words[1]) != 2 or len(words[2]) != 2:
        raise NotTable(reason="its first line must be `id, source en, target fr, state`, with your languages")
    return Document(words[1][1], words[2][1])


def _decoded(data: bytes) -> str:
    coding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(coding)
    except UnicodeDecodeError as error:
        raise NotTable(reason="it is not UTF-8: save it as `CSV UTF-8`") from error
    if "\0" in text:
        raise NotTable(reason="it holds bytes that are no letters")
    return text


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    cell = cell.replace("\r\n", "\n")
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
