"""What strangers write is shown as they wrote it, and never runs (XSS-01, INP-10)."""

from pathlib import Path

import pytest

from tests.e2e.chat import WebChat
from tests.e2e.conftest import NewPage
from tests.e2e.server import Server

HOSTILE = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg onload=window.hacked=1>",
    "[click](javascript:window.hacked=1)",
    "[click](data:text/html,<script>window.hacked=1</script>)",
    "![x](javascript:window.hacked=1)",
    "<javascript:window.hacked=1>",
    "`<b>` **<i onmouseover=window.hacked=1>**",
    "'\"><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "{{7*7}} ${7*7} %s {0.__class__} #welcome",
    "\u202etxt.exe \u2066 \u200b",
    "<math><mtext><style><img src=x onerror=window.hacked=1>",
    "<a href='vbscript:x'>x</a>",
    'https://example.com/" onmouseover="window.hacked=1',
    "e" + "\u0301" * 300,
]


@pytest.mark.parametrize("scheme", ["light"])
def test_xss_01_hostile_words_are_text_in_both_directions(tmp_path: Path, new_page: NewPage, scheme: str) -> None:
    with Server("echo", tmp_path) as server:
        page = new_page(server.url + "/", color_scheme=scheme)
        chat = WebChat(page)
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        for number, words in enumerate(HOSTILE):
            chat.say(f"case-{number:02} {words}")
            chat.sees(f"case-{number:02} ", times=2)
            page.wait_for_timeout(1100 if number % 8 == 7 else 50)  # no faster than people may write
        assert page.evaluate("window.hacked") is None
        assert page.evaluate("document.querySelectorAll('script:not([src]), iframe, [onerror], [onload]').length") == 0
        assert page.locator("a[href^='javascript'], a[href^='data'], a[href^='vbscript']").count() == 0
        page.close()
