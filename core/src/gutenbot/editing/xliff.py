"""XLIFF 1.2 (OASIS standard of 1 February 2008), the form that every translation tool reads. Placeholders are `<ph>` elements.

A file of strangers is read without a document type, so without entities: there is nothing in it that could be expanded or
fetched.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from gutenbot.editing.errors import ContentMistake
from gutenbot.editing.placeholders import holders, split

MAX_DEPTH = 60
MAX_UNITS = 200_000
NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_STATES = {"missing": "new", "stale": "needs-review-translation", "draft": "needs-review-translation"}
_INLINE = frozenset({"ph", "x", "it", "bx", "ex", "bpt", "ept"})


class NotXliff(ContentMistake):
    """The file is no XLIFF 1.2 that can be read: {reason}."""

    code = "content.not-xliff"


@dataclass(slots=True)
class Pair:
    """A text and its translation."""

    id: str
    source: str
    target: str = ""
    state: str = ""


@dataclass(slots=True)
class Document:
    """What a file holds."""

    source: str = ""
    """The language of the source."""
    target: str = ""
    pairs: list[Pair] = field(default_factory=list)


def write(bot: str, source: str, target: str, pairs: Iterable[Pair]) -> Iterator[str]:
    """The file, in pieces."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<xliff version="1.2" xmlns="{NAMESPACE}">\n'
    languages = f"source-language={quoteattr(source)} target-language={quoteattr(target)}"
    yield f'  <file original={quoteattr(bot)} {languages} datatype="plaintext">\n'
    yield '    <header><tool tool-id="gutenbot" tool-name="Gutenbot"/></header>\n    <body>\n'
    for pair in pairs:
        yield f'      <trans-unit id={quoteattr(pair.id)} xml:space="preserve">\n'
        yield f"        <source>{_marked(pair.source)}</source>\n"
        if pair.target:
            yield f'        <target state="{_STATES.get(pair.state, "translated")}">{_marked(pair.target)}</target>\n'
        yield "      </trans-unit>\n"
    yield "    </body>\n  </file>\n</xliff>\n"


def read(data: bytes) -> Document:
    """The languages and texts of a file. Raises `NotXliff`."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.ExternalEntityRefHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotXliff(
            reason=f"line {error.lineno}: {expat.errors.messages.get(error.code, 'it is malformed')}"
        ) from error
    except (ValueError, LookupError) as error:
        raise NotXliff(reason=str(error)[:200]) from error
    if reader.root != "xliff":
        raise NotXliff(reason="its outermost element is not `xliff`")
    return reader.found


def _marked(text: str) -> str:
    """The text with its placeholders as elements; letters that XML cannot hold are left out."""
    text = "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
    text = text.encode("utf-8", "replace").decode()
    number, parts = 0, []
    for is_holder, words in split(text):
        if is_holder:
            number += 1
            parts.append(f'<ph id="{number}">{escape(words)}</ph>')
        else:
            parts.append(escape(words, {"\r": "&#13;"}))
    return "".join(parts)


class _Reader:
    """Follows the elements of one file."""

    def __init__(self) -> None:
        self.found = Document()
        self.root = ""
        self._stack: list[str] = []
        self._pair: Pair | None = None
        self._into: list[str] | None = None
        self._elsewhere = 0
        self._holder: tuple[str, int] | None = None
        """Of a placeholder that is being read: its number, and how many pieces of text were there before."""

    def refuse(self, *_: object) -> int:
        """For whatever could expand or fetch something."""
        raise NotXliff(reason="it has a document type or entities, which are not read")

    def start(self, name: str, given: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self.root = self.root or kind
        self._stack.append(kind)
        if len(self._stack) > MAX_DEPTH:
            raise NotXliff(reason="it is nested too deeply")
        if kind == "alt-trans":
            self._elsewhere += 1
        elif kind == "file":
            self._languages(given)
        elif kind == "trans-unit":
            self._pair = Pair(given.get("id", ""), "")
        elif self._pair is not None and kind in ("source", "target") and not self._elsewhere:
            self._into = []
            if kind == "target":
                self._pair.state = given.get("state", "")
        elif self._into is not None and kind in _INLINE:
            self._holder = (given.get("id", ""), len(self._into))

    def end(self, name: str) -> None:
        kind = self._stack.pop()
        if kind == "alt-trans":
            self._elsewhere -= 1
        elif kind == "trans-unit" and self._pair is not None:
            self._keep(self._pair)
        elif kind in ("source", "target") and self._into is not None and self._pair is not None and not self._elsewhere:
            setattr(self._pair, kind, "".join(self._into))
            self._into = None
        elif kind in _INLINE and self._holder is not None:
            self._fill()

    def text(self, words: str) -> None:
        if self._into is not None:
            self._into.append(words)

    def _keep(self, pair: Pair) -> None:
        self._pair = None
        self.found.pairs.append(pair)
        if len(self.found.pairs) > MAX_UNITS:
            raise NotXliff(reason=f"it has more than {MAX_UNITS} texts")

    def _fill(self) -> None:
        """An empty element stands for the source's placeholder of that number."""
        assert self._into is not None
        assert self._holder is not None
        number, before = self._holder
        self._holder = None
        known = holders(self._pair.source) if self._pair is not None else []
        if len(self._into) == before and number.isdigit() and 0 < int(number) <= len(known):
            self._into.append(known[int(number) - 1])

    def _languages(self, given: dict[str, str]) -> None:
        source, target = given.get("source-language", ""), given.get("target-language", "")
        if self.found.source and (source, target) != (self.found.source, self.found.target):
            raise NotXliff(reason="its parts are in different languages: split it")
        self.found.source, self.found.target = source, target
