"""The console's files: what is served, with which headers, and that nothing outside of their folder is."""

import gzip
import re
from pathlib import Path

import httpx2
import pytest
from core.tests.http.served import Served

from gutenbot.http.assets import Assets, inline_hashes

PAGE = b"""<!doctype html><html><head><script type="importmap">{"imports":{}}</script>
<style nonce="__CSP_NONCE__">a{}</style><script type="module" src="/console/assets/app-1a2b3c4d.js"></script></head></html>"""


@pytest.fixture
def built(tmp_path: Path, guarded: Served) -> Served:
    folder = tmp_path / "console_ui"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "assets" / "app-1a2b3c4d.js").write_bytes(b"export {}")
    (folder / "assets" / "app-1a2b3c4d.js.gz").write_bytes(gzip.compress(b"export {}"))
    (tmp_path / "secret.js").write_bytes(b"hidden words")
    (folder / "leak.js").symlink_to(tmp_path / "secret.js")
    guarded.server.assets = Assets(folder)
    return guarded


async def test_csp_01_every_path_of_the_console_is_the_page_with_a_strict_policy(built: Served) -> None:
    seen = set()
    for path in ("/console/", "/console/team", "/console/bots/echo/users?tab=1"):
        answer = await built.client.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is not None
        assert scripts[1] == " ".join(("'self'", *inline_hashes(PAGE)))
        assert "unsafe-inline" not in scripts[1]
        assert "frame-ancestors 'none'" in policy
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in answer.text
        seen.add(nonce[1])
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(seen) == 3, "a nonce is used once"


async def test_hashed_files_stay_for_ever_and_come_compressed(built: Served) -> None:
    answer = await built.client.get("/console/assets/app-1a2b3c4d.js", headers={"accept-encoding": "gzip"})
    assert answer.text == "export {}"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = await built.client.get("/console/assets/app-1a2b3c4d.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("path", ["assets/gone.js", "leak.js", "%2e%2e/secret.js", "assets/../../secret.js", "a\\b.js"])
async def test_what_is_not_there_or_outside_is_not_found(built: Served, path: str) -> None:
    answer = await built.client.get(httpx2.URL(f"http://localhost/console/{path}"))
    assert answer.status_code == 404
    assert "hidden words" not in answer.text


async def test_without_a_build_the_page_says_how_to_make_one(tmp_path: Path, guarded: Served) -> None:
    guarded.server.assets = Assets(tmp_path / "nothing")
    answer = await guarded.client.get("/console/")
    assert answer.status_code == 503
    assert "make console" in answer.text
    assert (await guarded.client.get("/console")).headers["location"] == "/console/"
    assert (await guarded.client.post("/console/")).status_code == 405
