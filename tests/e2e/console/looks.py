"""How a page looks, in a way that is the same on every machine: its faults, the places of its parts, and a coarse picture."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

FACTS = (Path(__file__).parent / "looks.js").read_text("utf-8")
KEPT = Path(__file__).parent / "looks.txt"
COLUMNS, ROWS = 16, 10
LEVELS = "0123456789"
"""From black to white."""
FAR = 0.5
"""So many levels may the cells of a picture be off on average: other fonts and a few words more stay well below."""
SMALL = 0.125
"""Pictures are drawn at this scale: letters become grey."""
GREYS = """async ([picture, columns, rows]) => {
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(columns, rows);
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.imageSmoothingQuality = "high";
  drawing.drawImage(image, 0, 0, columns, rows);
  const { data } = drawing.getImageData(0, 0, columns, rows);
  const grey = (n) => (0.2126 * data[n] + 0.7152 * data[n + 1] + 0.0722 * data[n + 2]) / 255;
  return Array.from({ length: columns * rows }, (_, n) => grey(4 * n));
}"""


@dataclass(frozen=True)
class Look:
    """What was seen of a page in one mode."""

    faults: tuple[str, ...]
    places: Mapping[str, list[float] | None]
    """Left, right, top and bottom of the main parts, as parts of the window."""
    greys: tuple[float, ...]
    """The brightness (0 to 1) of the window, by rows."""

    @property
    def bright(self) -> float:
        """How bright it is altogether."""
        return sum(self.greys) / len(self.greys)

    @property
    def levels(self) -> str:
        """The coarse picture: a digit for each cell."""
        return "".join(LEVELS[min(9, int(grey * 10))] for grey in self.greys)


class Eye:
    """Looks at pages; keeps a page of its own for reading pictures."""

    def __init__(self, context: BrowserContext) -> None:
        self._desk = context.new_page()
        self.kept: dict[str, str] = {}
        """The coarse pictures of this run: `path mode` → levels."""

    def sees(self, page: Page) -> Look:
        """The page as it is now."""
        facts = page.evaluate(FACTS)
        return Look(tuple(_faults(facts)), facts["places"], tuple(self._greys(page)))

    def _greys(self, page: Page) -> list[float]:
        size = page.viewport_size
        assert size is not None
        session = page.context.new_cdp_session(page)
        clip = {"x": 0, "y": page.evaluate("scrollY"), **size, "scale": SMALL}
        taken = session.send("Page.captureScreenshot", {"format": "png", "clip": clip})
        session.detach()
        assert base64.b64decode(taken["data"])[:4] == b"\x89PNG"
        found: list[float] = self._desk.evaluate(GREYS, [taken["data"], COLUMNS, ROWS])
        return found


def _faults(facts: Mapping[str, Any]) -> list[str]:
    found = [f"{kind}: {one}" for kind in ("clipped", "overlaps", "cut") for one in facts[kind]]
    if facts["wide"] > 0:
        found.append(f"wider than its window by {facts['wide']}")
    if facts["words"] < 3:
        found.append("nothing to read")
    if not facts["titled"]:
        found.append("no title in sight")
    return found


def mirrored(left: Look, right: Look, tolerance: float = 0.03) -> list[str]:
    """Which parts of a page are not where its mirror image has them."""
    found = []
    for part, place in left.places.items():
        other = right.places[part]
        if place is None or other is None:
            found += [part] if place != other else []
        elif abs(place[0] - (1 - other[1])) > tolerance or abs(place[1] - (1 - other[0])) > tolerance:
            found.append(part)
    return found


def distance(levels: str, kept: str) -> float:
    """By how many levels two coarse pictures differ, on average."""
    assert len(levels) == len(kept), "kept in another size"
    return sum(abs(int(a) - int(b)) for a, b in zip(levels, kept, strict=True)) / len(levels)


def kept() -> dict[str, str]:
    """The coarse pictures that were looked at: `path mode` → levels."""
    if not KEPT.exists():
        return {}
    lines = [line.rpartition(" ") for line in KEPT.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {name: levels for name, _, levels in lines}


def keep(seen: Mapping[str, str]) -> None:
    """Writes them down, to be looked at in the next review."""
    head = f"# Coarse pictures of pages, {COLUMNS} × {ROWS} cells from black (0) to white (9). Written by GUTENBOT_LOOKS=keep.\n"
    KEPT.write_text(head + "".join(f"{name} {levels}\n" for name, levels in sorted(seen.items())), "utf-8")


def written(levels: str) -> str:
    """A coarse picture, to be read by people."""
    return json.dumps([levels[n : n + COLUMNS] for n in range(0, len(levels), COLUMNS)], indent=0)
