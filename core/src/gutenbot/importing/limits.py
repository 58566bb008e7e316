"""What an import may hold at most, and which names a file in it may have."""

import re
import unicodedata
from dataclasses import dataclass, field

from gutenbot.importing.errors import ArchiveRefused

MAX_FILES = 10_000
MAX_BYTES = 100_000_000
MAX_FILE = 20_000_000
MAX_RATIO = 200
RATIO_FROM = 1_000_000
"""Bytes from which on the ratio of unpacked to packed counts: small files pack well."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\..*)?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]")


@dataclass(slots=True)
class Gate:
    """Looks at every member of an archive before anything of it is used. Raises `ArchiveRefused`."""

    path: str
    packed: int
    """Bytes of the archive itself."""
    files: int = 0
    total: int = 0
    _names: dict[str, str] = field(default_factory=dict)

    def member(self, name: str, kind: str, size: int) -> None:
        """A member by its name, `file`, `folder` or another kind, and the size that it claims to have."""
        self.files += 1
        if self.files > MAX_FILES:
            self.refuse(f"it has more than {MAX_FILES} files", name)
        if kind not in ("file", "folder"):
            self.refuse(f"it has a {kind}", name)
        self._check_name(name)
        self.grown(size, name)

    def grown(self, size: int, name: str) -> None:
        """Counts unpacked bytes."""
        self.total += size
        if size > MAX_FILE:
            self.refuse(f"a file is larger than {MAX_FILE // 1_000_000} MB", name)
        if self.total > MAX_BYTES:
            self.refuse(f"it unpacks to more than {MAX_BYTES // 1_000_000} MB", name)
        if self.total > RATIO_FROM and self.total > self.packed * MAX_RATIO:
            self.refuse(f"it unpacks to more than {MAX_RATIO} times its size", name)

    def refuse(self, reason: str, name: str) -> None:
        """Stops here."""
        raise ArchiveRefused(path=self.path, reason=reason, member=repr(name[:80]))

    def _check_name(self, name: str) -> None:
        parts = name.rstrip("/").split("/")
        parts = parts[1:] if parts[:1] == ["."] and len(parts) > 1 else parts
        if not name or name.startswith("/") or "\\" in name or ".." in parts:
            self.refuse("a name leads out of the folder", name)
        if parts == ["."]:
            return
        for part in parts:
            if (
                _CONTROL.search(part)
                or _RESERVED.fullmatch(part)
                or part != part.rstrip(". ")
                or not part
                or len(part) > 200
            ):
                self.refuse("a name is one that files cannot have everywhere", name)
        folded = unicodedata.normalize("NFC", "/".join(parts)).casefold()
        if self._names.setdefault(folded, name) != name:
            self.refuse("two names differ in capitals or accents only", name)
        if folded in self._names and name.endswith("/") is False and f"{folded}\0" in self._names:
            self.refuse("two files have one name", name)
        if not name.endswith("/"):
            self._names[f"{folded}\0"] = name
