"""How hard a text is to read: words to a sentence, and how many of them are long (the index LIX, which needs no word list)."""

import re

_HARD = {
    "da": 50, "de": 58, "en": 50, "es": 52, "fr": 52, "it": 54, "nb": 50, "nl": 52, "no": 50, "pt": 52, "sv": 50,
}  # fmt: skip
"""From here on most people read slowly. In German words are longer. Other languages are not judged."""
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_END = re.compile(r"[.!?…:]+(?=\s|$)|\n+")
_LONG = 6
_LEAST = 15
"""Fewer words say nothing."""


def index_of(text: str) -> int:
    """The LIX: about 25 for children's books, 40 for newspapers, above 55 for laws. 0: too short to say."""
    words = _WORD.findall(text)
    if len(words) < _LEAST:
        return 0
    sentences = [part for part in _END.split(text) if _WORD.search(part)]
    long = sum(len(word) > _LONG for word in words)
    return round(len(words) / max(1, len(sentences)) + 100 * long / len(words))


def is_hard(text: str, locale: str) -> int:
    """The index, where the text is hard to read in this language; else 0."""
    limit = _HARD.get(locale.partition("-")[0])
    index = index_of(text) if limit is not None else 0
    return index if limit is not None and index >= limit else 0
