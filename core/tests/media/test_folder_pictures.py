"""Pictures of bots' folders get smaller copies like those of the library."""

import asyncio
from pathlib import Path

import pytest
from core.tests.media import drawn
from core.tests.media.test_shrinking import opened, painted

from gutenbot.app.folder_pictures import FolderPictures
from gutenbot.editing import shrinking

WIDE = painted("JPEG", 900, 600)


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was drawn, by name."""
    found: list[str] = []
    really = shrinking.smaller

    def smaller(data: bytes, name: str, **wanted: object) -> list[bytes]:
        found.append(name)
        return really(data, name, **wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(shrinking, "smaller", smaller)
    return found


def pictures(folder: Path) -> FolderPictures:
    made = FolderPictures()
    made.folder = folder / "pictures"
    return made


async def test_the_smallest_copy_that_is_wide_enough_is_drawn_once_and_kept(
    tmp_path: Path, drawings: list[str]
) -> None:
    shelf = pictures(tmp_path)
    found = await asyncio.gather(*(shelf.smaller(WIDE, "pizza.jpg", width=width) for width in (1, 320, 321, 640)))
    assert [opened(one).size for one in found] == [(320, 213), (320, 213), (640, 427), (640, 427)]
    for width in (0, 641, 900, 9999):
        assert await shelf.smaller(WIDE, "pizza.jpg", width=width) is WIDE
    after_a_restart = pictures(tmp_path)
    assert await after_a_restart.smaller(WIDE, "renamed.jpg", width=300) == found[0]
    assert drawings == ["pizza.jpg"]
    other = painted("JPEG", 901, 600)
    assert opened(await shelf.smaller(other, "pizza.jpg", width=320)).size == (320, 213)
    assert drawings == ["pizza.jpg"] * 2


async def test_a_channel_that_takes_little_gets_the_largest_copy_that_fits(tmp_path: Path, drawings: list[str]) -> None:
    shelf = pictures(tmp_path)
    limit = len(WIDE) // 2
    found = await shelf.smaller(WIDE, "pizza.jpg", limit=limit)
    assert 0 < len(found) <= limit
    assert await shelf.smaller(WIDE, "pizza.jpg", limit=limit) == found
    assert await shelf.smaller(WIDE, "pizza.jpg", limit=len(WIDE)) is WIDE
    assert drawings == ["pizza.jpg"]


@pytest.mark.parametrize("data", [WIDE[:900], b"png", b"%PDF-1.4", drawn.gif(900, 600, 3), b""], ids=str)
async def test_inp_13_what_cannot_be_drawn_stays_as_it_is(tmp_path: Path, data: bytes, drawings: list[str]) -> None:
    shelf = pictures(tmp_path)
    for _ in range(2):
        assert await shelf.smaller(data, "pizza.jpg", width=320) is data
    assert len(drawings) <= 1


async def test_without_the_library_that_draws_or_a_folder_to_write_to_pictures_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pictures").write_text("a file where a folder should be", "utf-8")
    assert opened(await pictures(tmp_path).smaller(WIDE, "pizza.jpg", width=320)).size == (320, 213)
    monkeypatch.setattr(shrinking, "can_draw", lambda: False)
    assert await pictures(tmp_path).smaller(WIDE, "pizza.jpg", width=320) is WIDE
