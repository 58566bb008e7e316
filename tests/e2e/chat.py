"""The web chat as a person uses it."""

import re

from playwright.sync_api import FrameLocator, Page, expect

Surface = Page | FrameLocator


class WebChat:
    """Types, taps and reads."""

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.box = surface.locator("textarea")
        self.thread = surface.get_by_role("log")

    def say(self, text: str) -> None:
        """Types and sends."""
        self.box.fill(text)
        self.box.press("Enter")

    def tap(self, title: str) -> None:
        """Taps the latest offered answer of this title."""
        self.surface.get_by_role("button", name=title, exact=True).last.click()

    def sees(self, text: str | re.Pattern[str], times: int | None = None) -> None:
        """Waits until the words are in the thread (so often)."""
        found = self.thread.get_by_text(text)
        if times is None:
            expect(found.last).to_be_visible()
        else:
            expect(found).to_have_count(times)
