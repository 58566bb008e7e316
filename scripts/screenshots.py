"""Takes the pictures of the documentation: starts `gutenbot demo`, drives Chromium, writes docs/images/*.png.

`python -m scripts.screenshots`; look at the pictures before you commit them.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, FrameLocator, Page, async_playwright

TOP = Path(__file__).resolve().parents[1]
IMAGES = TOP / "docs" / "images"
LIMIT = 150_000
"""Bytes of a picture."""
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Shot:
    """One picture: who is talked to, what is said, and how the window is."""

    name: str
    bot: str
    says: tuple[str, ...]
    """What is tapped (in brackets) or written."""
    width: int = 1000
    height: int = 720
    dark: bool = False
    locale: str = "en-GB"


SHOTS = (
    Shot("web-chat", "museum", ("[Take the tour]",)),
    Shot("web-chat-dark", "motivation", ("[Courage]",), dark=True),
    Shot("web-chat-360", "pizzeria", ("order", "[Medium]", "1 Main Street"), width=360, height=740),
    Shot("web-chat-persian-360", "museum", ("[بازدید]",), width=360, height=740, locale="fa"),
)


@contextmanager
def demo() -> Generator[str, None, None]:
    """The examples, served; gives their address."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "gutenbot", "demo", "--port", "0", "--data", data]
        process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, encoding="utf-8")
        try:
            yield _address(process)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://[\d.:]+", line):
            return found[0]
    raise SystemExit("the server printed no address")


async def take(browser: Browser, base: str, shot: Shot) -> Path:
    """Talks as the shot says, and takes the picture."""
    context = await browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="dark" if shot.dark else "light",
        locale=shot.locale,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(f"{base}/web/{shot.bot}/page")
    await _answered(page)
    for words in shot.says:
        await _say(page, words)
        await _answered(page)
    await page.mouse.move(0, 0)
    path = IMAGES / f"{shot.name}.png"
    await page.screenshot(path=path)
    await context.close()
    return path


async def _say(page: Page | FrameLocator, words: str) -> None:
    if words.startswith("["):
        await page.get_by_role("button", name=words.strip("[]"), exact=True).last.click()
    else:
        box = page.get_by_role("textbox")
        await box.fill(words)
        await box.press("Enter")


async def _answered(page: Page) -> None:
    """Waits until nothing has changed for two seconds: the answers come at the pace of typing."""
    before = ""
    for _ in range(20):
        await page.wait_for_timeout(2000)
        now = await page.locator("body").inner_text()
        if now == before:
            return
        before = now


async def main() -> None:
    """Takes all pictures; complains about one that is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as base:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for shot in SHOTS:
                path = await take(browser, base, shot)
                size = path.stat().st_size
                print(f"{path.relative_to(TOP)}  {size:,} bytes{'  TOO LARGE' if size > LIMIT else ''}")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
