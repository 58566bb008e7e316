"""JSON, and what JavaScript files write like it, with the place of every value. Nothing is run: what is not plain data is named
and left out."""

import re

from gutenbot.content.nodes import ListNode, MapNode, Node, Scalar
from gutenbot.content.problems import Place

MAX_DEPTH = 60
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(
    r'"((?:[^"\\\n]|\\.)*+)"' + r"|'((?:[^'\\\n]|\\.)*+)'" + r"|`((?:[^`\\$]|\\.|\$(?!\{))*+)`", re.DOTALL
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w$.])")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")
_EXPORT = re.compile(r"(?:module\s*\.\s*exports|exports\s*\.\s*default)\s*=(?!=)|export\s+default\b")


class NotData(Exception):
    """The text is no data that can be read; the place says where that shows."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place, self.reason = place, reason


class Reader:
    """Reads one text; `skipped` are the places of what is code, with its beginning."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.skipped: list[tuple[Place, str]] = []
        self._at = 0
        self._line, self._start = 1, 0
        self._counted = 0

    def document(self) -> Node:
        """The one value of a JSON text."""
        node = self._value(0)
        self._space()
        if self._at < len(self.text):
            raise NotData(self._place(), "something follows the data")
        return node

    def exported(self) -> Node | None:
        """What a JavaScript file exports, where that is plain data; None where it exports nothing of the kind."""
        match = _EXPORT.search(self.text)
        if match is None:
            return None
        self._at = match.end()
        self._space()
        return self._value(0) if self.text[self._at : self._at + 1] in ("{", "[", "(") else None

    def _value(self, depth: int) -> Node:
        self._space()
        place = self._place()
        if depth > MAX_DEPTH:
            raise NotData(place, f"it is nested more than {MAX_DEPTH} deep")
        sign = self.text[self._at : self._at + 1]
        if sign == "{":
            return self._map(depth, place)
        if sign == "[":
            return self._list(depth, place)
        if sign == "(":
            self._at += 1
            node = self._value(depth + 1)
            self._expect(")")
            return node
        return self._single(place)

    def _single(self, place: Place) -> Node:
        if match := _STRING.match(self.text, self._at):
            self._at = match.end()
            return Scalar(_unescaped(next(group for group in match.groups() if group is not None)), False, place)
        if match := _NUMBER.match(self.text, self._at):
            self._at = match.end()
            return Scalar(match[0], True, place)
        if (match := _NAME.match(self.text, self._at)) and match[0] in _WORDS:
            self._at = match.end()
            return Scalar(_WORDS[match[0]], True, place)
        raise NotData(place, f"`{self.text[self._at : self._at + 30].split(chr(10))[0]}` is no data")

    def _list(self, depth: int, place: Place) -> Node:
        self._at += 1
        items: list[Node] = []
        while not self._closes("]"):
            start = self._at
            node = self._tried(depth)
            if node is None:
                self._skip(start)
            else:
                items.append(node)
            self._comma("]")
        return ListNode(tuple(items), place, 1 + len(items))

    def _map(self, depth: int, place: Place) -> Node:
        self._at += 1
        entries: dict[str, Node] = {}
        keys: dict[str, Scalar] = {}
        while not self._closes("}"):
            start = self._at
            key = self._key()
            node = self._tried(depth) if key is not None and self._accept(":") else None
            if key is None or node is None:
                self._skip(start)
            else:
                entries[key.value], keys[key.value] = node, key
            self._comma("}")
        return MapNode(entries, keys, place, 1 + len(entries))

    def _key(self) -> Scalar | None:
        place = self._place()
        if (match := _STRING.match(self.text, self._at)) or (match := _NUMBER.match(self.text, self._at)):
            self._at = match.end()
            groups = [group for group in match.groups() if group is not None]
            return Scalar(_unescaped(groups[0]) if groups else match[0], False, place)
        if match := _NAME.match(self.text, self._at):
            self._at = match.end()
            return Scalar(match[0], False, place)
        return None

    def _tried(self, depth: int) -> Node | None:
        """A value that ends where a value may end; None for code."""
        try:
            node = self._value(depth + 1)
        except NotData as error:
            if error.reason.startswith("it is nested"):
                raise
            return None
        self._space()
        return node if self.text[self._at : self._at + 1] in (",", "}", "]", ")", "") else None

    def _skip(self, start: int) -> None:
        """Passes over code: to the comma or bracket that ends it, strings and brackets inside passed over."""
        self._at = start
        place, depth = self._place(), 0
        while self._at < len(self.text):
            sign = self.text[self._at]
            if sign in "\"'`" and (match := _STRING.match(self.text, self._at)):
                self._at = match.end()
                continue
            if self.text.startswith(("//", "/*"), self._at):
                before = self._at
                self._space()
                self._at = max(self._at, before + 1)
                continue
            if depth == 0 and sign in ",}])":
                break
            depth += (sign in "{[(") - (sign in "}])")
            self._at += 1
        self.skipped.append((place, " ".join(self.text[start : self._at].split())[:60]))

    def _closes(self, sign: str) -> bool:
        self._space()
        if self._at >= len(self.text):
            raise NotData(self._place(), f"`{sign}` is missing at the end")
        return self._accept(sign)

    def _comma(self, closing: str) -> None:
        self._space()
        if not self._accept(",") and self.text[self._at : self._at + 1] != closing:
            raise NotData(self._place(), f"`,` or `{closing}` is missing")

    def _accept(self, sign: str) -> bool:
        self._space()
        if not self.text.startswith(sign, self._at):
            return False
        self._at += 1
        return True

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise NotData(self._place(), f"`{sign}` is missing")

    def _space(self) -> None:
        match = _SPACE.match(self.text, self._at)
        self._at = match.end() if match else self._at

    def _place(self) -> Place:
        """Where the reader is. Lines are counted on from the last place, so that long files cost no more than their length."""
        if self._at < self._counted:
            self._line, self._start, self._counted = 1, 0, 0
        self._line += self.text.count("\n", self._counted, self._at)
        self._start = max(self._start, self.text.rfind("\n", 0, self._at) + 1)
        self._counted = self._at
        return Place(self.file, self._line, self._at - self._start + 1)


def read_json(text: str, file: str) -> Node:
    """The value of a JSON text (comments and trailing commas allowed); raises `NotData`."""
    reader = Reader(text.removeprefix("\ufeff"), file)
    node = reader.document()
    if reader.skipped:
        place, words = reader.skipped[0]
        raise NotData(place, f"`{words}` is no data")
    return node


def _unescaped(text: str) -> str:
    return _PAIR.sub(_joined, _ESCAPE.sub(_character, text)) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if code := match[1] or match[2] or match[3]:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(match[4], match[4])


def _joined(match: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(match[1]) - 0xD800) << 10) + (ord(match[2]) - 0xDC00))
