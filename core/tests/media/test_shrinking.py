"""Smaller copies that the server draws: as wide as asked, of the same kind, and none of what cannot be drawn."""

from io import BytesIO
from random import Random
from typing import Any

import pytest
from core.tests.media import drawn
from PIL import Image

from gutenbot.editing.media_files import examine
from gutenbot.editing.shrinking import smaller


def painted(kind: str, width: int, height: int, mode: str = "RGB", **options: Any) -> bytes:
    """A picture with something on it, of one of Pillow's kinds."""
    size = width * height * len(mode.replace("P", "L"))
    picture = Image.frombytes(mode, (width, height), Random(size).randbytes(size))
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "mode", "mime"),
    [("JPEG", "RGB", "image/jpeg"), ("PNG", "RGBA", "image/png"), ("WEBP", "RGB", "image/webp")],
)
def test_copies_are_as_wide_as_asked_and_of_the_same_kind(kind: str, mode: str, mime: str) -> None:
    found = smaller(painted(kind, 800, 400, mode), "a", widths=(320, 640, 1280))
    kept = [examine("a", data, limit=1 << 20) for data in found]
    assert [(one.mime, one.width, one.height) for one in kept] == [(mime, 640, 320), (mime, 320, 160)]
    assert {opened(data).mode for data in found} == {mode}


def test_which_way_is_up_stays_known_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRET-CAMERA"
    (copy,) = smaller(painted("JPEG", 700, 400, exif=exif), "a", widths=(320,))
    assert opened(copy).getexif().get(0x0112) == 6
    assert b"SECRET" not in copy


def test_a_palette_stays_one_and_what_was_clear_stays_clear() -> None:
    data = painted("PNG", 400, 300, "P", transparency=7)
    (copy,) = smaller(data, "a", widths=(320,), fit=0)
    assert opened(copy).mode == "P"
    assert len(copy) < len(data)


def test_a_picture_is_drawn_down_to_what_a_channel_takes() -> None:
    data = painted("PNG", 300, 300)
    found = smaller(data, "a", fit=8_000)
    assert len(found[-1]) <= 8_000 < len(found[0])
    assert [opened(one).width for one in found] == sorted((opened(one).width for one in found), reverse=True)


def moving() -> bytes:
    first, second = (Image.new("RGB", (500, 400), colour) for colour in ("red", "blue"))
    out = BytesIO()
    first.save(out, "WEBP", save_all=True, append_images=[second])
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff no picture",
        painted("JPEG", 700, 400)[:3_000],
        moving(),
        drawn.png(60_000, 60_000),
    ],
    ids="nothing words cut moving huge".split(),
)
def test_inp_13_what_cannot_be_drawn_gives_no_copies_and_harms_nothing(data: bytes) -> None:
    assert smaller(data, "a") == []
