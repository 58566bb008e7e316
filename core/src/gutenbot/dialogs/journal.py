"""What a frame has done so far: `(kind, key, occurrence) → value`. Keys are names, never positions, so code may change."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from gutenbot.dialogs.errors import JournalBroken
from gutenbot.kernel.ids import FrameId
from gutenbot.storage.rows import JournalRow

WARN_ENTRIES = 200
"""A journal of this length is worth a warning: `chat.goto` starts a fresh frame."""

Slot = tuple[str, str, int]


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One recorded result. A kind that ends in `!` records an error."""

    kind: str
    key: str
    occurrence: int
    value: Any = None


_decode = msgspec.json.Decoder(list[Entry]).decode
_encode = msgspec.json.Encoder(enc_hook=str).encode


class Journal:
    """The entries of one frame: those of earlier turns (`known`) and those of this one (`added`)."""

    def __init__(self, frame_id: FrameId, rows: Iterable[JournalRow] = ()) -> None:
        self.frame_id = frame_id
        self.entries: list[Entry] = []
        self.saved = 0
        self.next_n = 0
        for row in rows:
            self._read(row)
        self.saved = len(self.entries)
        self._known: dict[Slot, Entry] = {(e.kind, e.key, e.occurrence): e for e in self.entries}
        self._counts: dict[tuple[str, str], int] = defaultdict(int)
        self.used: set[Slot] = set()
        self.rewritten = False

    def _read(self, row: JournalRow) -> None:
        try:
            self.entries += _decode(row.entries)
        except msgspec.MsgspecError as error:
            raise JournalBroken(frame=self.frame_id, reason=str(error)) from error
        self.next_n = row.n + 1

    def occurrence(self, kind: str, key: str) -> int:
        """How often this key came before in this run; counts it."""
        count = self._counts[kind, key]
        self._counts[kind, key] = count + 1
        return count

    def find(self, kind: str, key: str, occurrence: int) -> Entry | None:
        """The recorded entry of a slot, also when it recorded an error (`kind!`)."""
        entry = self._known.get((kind, key, occurrence)) or self._known.get((kind + "!", key, occurrence))
        if entry is not None:
            self.used.add((entry.kind, entry.key, entry.occurrence))
        return entry

    def add(self, kind: str, key: str, occurrence: int, value: Any = None) -> Entry:
        """Records a result; it is written with the turn."""
        entry = Entry(kind, key, occurrence, value)
        self.entries.append(entry)
        slot = (kind, key, occurrence)
        self._known[slot] = entry
        self.used.add(slot)
        return entry

    def rewind(self) -> None:
        """Forgets what this run has counted: the dialog starts again from the top."""
        self._counts.clear()
        self.used.clear()

    def truncate(self, length: int) -> None:
        """Forgets the entries from position `length` on (going back)."""
        for entry in self.entries[length:]:
            self._known.pop((entry.kind, entry.key, entry.occurrence), None)
        del self.entries[length:]
        self.rewritten = True
        self.saved = 0

    def step_row(self, entry: Entry) -> JournalRow:
        """The row of one step, written at once; the order of all entries is put right at the end of the turn."""
        row = JournalRow(frame_id=self.frame_id, n=self.next_n, entries=_encode([entry]))
        self.next_n += 1
        self.rewritten = True
        self.saved = 0
        return row

    def unsaved(self) -> JournalRow | None:
        """The row to write at the end of the turn (the whole journal when it is `rewritten`); None when nothing is new."""
        fresh = self.entries[self.saved :]
        if not fresh:
            return None
        return JournalRow(frame_id=self.frame_id, n=0 if self.rewritten else self.next_n, entries=_encode(fresh))

    def unused(self) -> list[Entry]:
        """Entries of earlier turns that the code did not ask for in this run: it has changed since."""
        return [e for e in self.entries if (e.kind, e.key, e.occurrence) not in self.used]
