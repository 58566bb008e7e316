"""What happened, in order: a running hash of everything, and the last lines for people."""

import hashlib
from collections import Counter, deque


class Trace:
    """`shown` lines are kept; with `full`, all of them are printed as well."""

    def __init__(self, *, shown: int = 50, full: bool = False) -> None:
        self.last: deque[str] = deque(maxlen=shown)
        self.counts: Counter[str] = Counter()
        """How often each kind of fault was injected."""
        self._hash = hashlib.blake2b(digest_size=16)
        self._full = full

    def note(self, at_s: float, who: str, what: str) -> None:
        """One line."""
        line = f"{at_s:12.6f} {who:<8} {what}"
        self._hash.update(line.encode())
        self.last.append(line)
        if self._full:
            print(line)

    def fault(self, at_s: float, who: str, kind: str, detail: str = "") -> None:
        """A fault was injected."""
        self.counts[kind] += 1
        self.note(at_s, who, f"! {kind} {detail}".rstrip())

    @property
    def digest(self) -> str:
        """The same for the same history."""
        return self._hash.hexdigest()
