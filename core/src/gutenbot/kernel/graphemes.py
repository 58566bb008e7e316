"""What people take for one character: a family of emoji, a letter with its marks. Texts are never cut inside of one (INP-06)."""

import regex

GRAPHEME = regex.compile(r"\X")
_LOOK = 1000
"""So many characters before a cut it is looked for a blank, from which on characters are counted."""


def beginning(text: str, most: int) -> str:
    """The beginning of a text: as much as fits in `most` characters (code points) without a cut inside of what is seen as one.

    Something that is longer than all of that by itself is cut.
    """
    if len(text) <= most:
        return text
    first = max(0, most - _LOOK)
    end = max(text.rfind(" ", first, most), text.rfind("\n", first, most), first)
    for found in GRAPHEME.finditer(text, end):
        if found.end() > most:
            break
        end = found.end()
    return text[: end or most]
