"""INP-12, INP-13: what gets into the media library, and what of it is kept."""

import contextlib
import random
from collections.abc import Callable

import pytest
from core.tests.media import drawn

from gutenbot.editing import pictures
from gutenbot.editing.media_errors import MediaTooLarge, NotMedia, WrongMediaName
from gutenbot.editing.media_files import examine

LIMIT = 1 << 20


@pytest.mark.parametrize(
    ("name", "data", "mime", "size"),
    [
        ("a.png", drawn.png(40, 30), "image/png", (40, 30)),
        ("a.jpg", drawn.jpeg(40, 30), "image/jpeg", (40, 30)),
        ("a.jpeg", drawn.jpeg(40, 30), "image/jpeg", (40, 30)),
        ("a.gif", drawn.gif(5, 6, frames=3), "image/gif", (5, 6)),
        ("a.webp", drawn.webp(700, 80), "image/webp", (700, 80)),
        ("a.ogg", drawn.OGG, "audio/ogg", (0, 0)),
        ("a.mp4", drawn.MP4, "video/mp4", (0, 0)),
        ("menu/a b (2).pdf", drawn.PDF, "application/pdf", (0, 0)),
    ],
)
def test_a_file_is_what_its_bytes_say(name: str, data: bytes, mime: str, size: tuple[int, int]) -> None:
    found = examine(name, data, limit=LIMIT)
    assert (found.name, found.mime, (found.width, found.height)) == (name, mime, size)
    again = examine(name, found.data, limit=LIMIT)
    assert again.data == found.data, "what was cleaned once is clean"


def test_a_name_without_an_ending_gets_one() -> None:
    assert examine("pizza", drawn.png(), limit=LIMIT).name == "pizza.png"
    assert examine("media/pizza.v2", drawn.jpeg(), limit=LIMIT).name == "pizza.v2.jpg"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", drawn.jpeg()),
        ("a.jpg", drawn.PDF),
        ("a.pdf", drawn.png()),
        ("a.svg", drawn.png()),
        ("a.html", drawn.png()),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.png", b"<?xml version='1.0'?><svg/>"),
        ("a.png", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.png", b"\x80\x04\x95pickle"),
        ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 20),
        ("a.exe", b"MZ" + b"\0" * 100),
        ("a.zip", b"PK\x03\x04" + b"\0" * 100),
        ("a.txt", b"words"),
        ("a", b""),
    ],
)
def test_inp_12_what_is_something_else_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(NotMedia):
        examine(name, data, limit=LIMIT)


@pytest.mark.parametrize(
    "data",
    [
        drawn.png(
            4, 3, drawn.chunk(b"tEXt", b"Comment\0SECRET"), drawn.chunk(b"eXIf", b"SECRET"), after=b"<script>SECRET"
        ),
        drawn.jpeg(turned=1, after=b"PK\x03\x04SECRET"),
        drawn.gif(),
        drawn.webp(),
    ],
)
def test_inp_13_a_picture_tells_nothing_but_what_it_shows(data: bytes) -> None:
    assert b"SECRET" in data
    found = examine("a", data, limit=LIMIT)
    assert b"SECRET" not in found.data
    assert len(found.data) < len(data)


@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_which_way_is_up_stays_known(turned: int) -> None:
    found = examine("a.jpg", drawn.jpeg(turned=turned), limit=LIMIT)
    marks = [data for marker, data in _parts(found.data) if marker == 0xE1]
    assert [pictures._orientation(one) for one in marks] == ([turned] if turned > 1 else [])


@pytest.mark.parametrize(
    "data",
    [
        drawn.png(60_000, 60_000),
        drawn.png(20_001, 1),
        drawn.jpeg(10_000, 6_000),
        drawn.gif(1_000, 1_000, frames=1_001),
        drawn.gif(4_000, 4_000, frames=100),
        drawn.webp(16_000, 16_000),
    ],
)
def test_inp_13_a_small_file_that_is_a_huge_picture_is_refused(data: bytes) -> None:
    with pytest.raises(MediaTooLarge):
        examine("a", data, limit=LIMIT)


def test_a_file_beyond_the_limit_is_refused() -> None:
    with pytest.raises(MediaTooLarge, match="at most"):
        examine("a.png", drawn.png(), limit=10)


@pytest.mark.parametrize("make", [drawn.png, drawn.jpeg, drawn.gif, drawn.webp])
def test_inp_13_damaged_pictures_are_refused_and_never_break_anything(make: Callable[[], bytes]) -> None:
    whole = make()
    chance = random.Random(13)
    for length in range(12, len(whole) - 1):
        _refused_or_kept(whole[:length])
    for _ in range(400):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(12, len(broken))] = chance.randrange(256)
        _refused_or_kept(bytes(broken))


NAMES = [
    "",
    "../a.png",
    "a/../b.png",
    "/etc/a.png",
    ".a.png",
    "a\0.png",
    "a\n.png",
    "x" * 130 + ".png",
    "a//b.png",
    "<b>.png",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises((WrongMediaName, NotMedia)):
        examine(name, drawn.png(), limit=LIMIT)


def _refused_or_kept(data: bytes) -> None:
    with contextlib.suppress(NotMedia, MediaTooLarge):
        examine("a", data, limit=LIMIT)


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    return [(marker, data[start + 4 : end]) for marker, start, end in pictures._segments(data)]
