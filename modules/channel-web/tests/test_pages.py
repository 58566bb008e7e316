"""Pages, the loader, built files and media of bots."""

import gzip
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gutenbot import Bot
from gutenbot.sdk import MediaShelf
from gutenbot_channel_web.assets import Assets
from gutenbot_channel_web.testing import Website

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
"""A PNG of one pixel."""
CHAT = '<html lang="__LOCALE__" data-bot="__BOT__" data-base="__BASE__"><script nonce="__NONCE__" src="__BASE__/web/assets/a.js">'


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a build leaves."""
    folder = tmp_path / "ui"
    folder.mkdir()
    (folder / "chat.html").write_text(CHAT, "utf-8")
    (folder / "w.js").write_text("loader", "utf-8")
    (folder / "core-DXBxS9tb.js").write_text("core", "utf-8")
    (folder / "core-DXBxS9tb.js.gz").write_bytes(gzip.compress(b"core"))
    (folder / "style-aMwqG8EH.css").write_text("style", "utf-8")
    (tmp_path / "secret.js").write_text("secret", "utf-8")
    monkeypatch.setattr(Assets.__init__, "__defaults__", (folder,))
    return folder


def policy(header: str) -> dict[str, str]:
    return {name: rest for name, _, rest in (part.partition(" ") for part in header.split("; "))}


async def test_csp_01_the_page_runs_only_scripts_of_the_server(site: Website) -> None:
    for path, ancestors in (("/", "'self'"), ("/web/echo/page", "'self'")):
        page = await site.request("GET", path)
        assert page.status == 200
        rules = policy(page.headers["content-security-policy"])
        assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
        assert "unsafe" not in page.headers["content-security-policy"]
        assert rules["frame-ancestors"] == ancestors
        nonce = re.findall(r'nonce="([^"]+)"', page.body.decode())
        assert rules["script-src"] == f"'self' 'nonce-{nonce[0]}'"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "strict-origin"
        assert page.headers["cache-control"] == "no-store"


async def test_csp_01_a_nonce_is_used_once(site: Website) -> None:
    pages = [(await site.request("GET", "/")).headers["content-security-policy"] for _ in range(2)]
    assert pages[0] != pages[1]


async def test_the_panel_may_be_embedded_by_listed_sites_and_the_full_page_by_none(serve: Any) -> None:
    async with serve(settings={"origins": ["https://shop.example.com"]}) as site:
        framed = policy((await site.request("GET", "/web/echo/page")).headers["content-security-policy"])
        assert framed["frame-ancestors"] == "'self' https://shop.example.com"
        front = policy((await site.request("GET", "/")).headers["content-security-policy"])
        assert front["frame-ancestors"] == "'self'"


async def test_the_page_says_which_bot_and_no_value_breaks_out_of_it(site: Website) -> None:
    query = {"locale": '"><script>alert(1)</script>', "bot": "echo"}
    page = (await site.request("GET", "/", query=query)).body.decode()
    assert page.startswith('<html lang="" data-bot="echo" data-base="">')
    french = (await site.request("GET", "/", query={"locale": "fr-CA"})).body.decode()
    assert french.startswith('<html lang="fr-CA"')


async def test_behind_a_prefix_the_page_knows_it(site: Website) -> None:
    scope = site.scope("http", '/bots<">/web/echo/page') | {"method": "GET", "root_path": '/bots<">'}
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    await site.asgi(scope, receive, send)
    assert b'data-base="/bots&lt;&quot;&gt;"' in sent[1]["body"]


async def test_several_bots_are_a_list_without_any_script(serve: Any) -> None:
    nasty = Bot("nasty", title="<img src=x onerror=alert(1)>", description='"&<')
    async with serve(nasty, "echo") as site:
        page = await site.request("GET", "/")
        text = page.body.decode()
        assert '<a href="/?bot=echo">' in text
        assert "<img" not in text
        assert "<script" not in text
        assert (await site.request("GET", "/", query={"bot": "echo"})).body.decode().count('data-bot="echo"') == 1
        assert (await site.request("GET", "/", query={"bot": "nobody"})).status == 404
    async with serve(nasty, "echo", settings={"default_bot": "echo"}) as site:
        assert 'data-bot="echo"' in (await site.request("GET", "/")).body.decode()


async def test_built_files_stay_for_ever_and_the_loader_for_a_while(site: Website) -> None:
    core = await site.request("GET", "/web/assets/core-DXBxS9tb.js")
    assert (core.status, core.body) == (200, b"core")
    assert core.headers["content-type"] == "text/javascript; charset=utf-8"
    assert core.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert core.headers["access-control-allow-origin"] == "*"
    loader = await site.request("GET", "/w.js")
    assert (loader.body, loader.headers["cache-control"]) == (b"loader", "public, max-age=300")
    again = await site.request("GET", "/w.js", headers={"if-none-match": loader.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_files_that_were_compressed_at_the_build_go_out_like_that(site: Website) -> None:
    packed = await site.request("GET", "/web/assets/core-DXBxS9tb.js", headers={"accept-encoding": "br, gzip"})
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", b"core")
    plain = await site.request("GET", "/web/assets/style-aMwqG8EH.css", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    "name", ["../secret.js", "..%2fsecret.js", "..\\secret.js", "%00.js", ".js", "chat.html", "nothing.js", ""]
)
async def test_nothing_else_is_a_built_file(site: Website, name: str) -> None:
    assert (await site.request("GET", f"/web/assets/{name}")).status == 404


async def test_a_new_build_is_served_without_a_restart(site: Website, built: Path) -> None:
    import os

    await site.request("GET", "/w.js")
    (built / "w.js").write_text("loader 2", "utf-8")
    os.utime(built / "w.js", ns=(1, 1))
    assert (await site.request("GET", "/w.js")).body == b"loader 2"


@pytest.fixture
def unbuilt(built: Path) -> None:
    """Nobody has built anything."""
    built.rename(built.parent / "gone")


@pytest.mark.usefixtures("unbuilt")
async def test_without_a_build_it_says_what_to_do(site: Website) -> None:
    for path in ("/", "/w.js", "/web/echo/page", "/web/assets/core-DXBxS9tb.js"):
        answer = await site.request("GET", path)
        assert (answer.status, answer.code) == (404, "not-built")
        assert "make widget" in answer.json()["detail"]


# Media of bots ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def gallery(serve: Any, tmp_path: Path) -> Any:
    """A bot with files of its own."""
    folder = tmp_path / "bot"
    for path, data in (
        ("content/media/pizza.png", b"png"), ("media/hot/soup.mp3", b"mp3"), ("media/page.html", b"<script>"),
        ("media/drawing.svg", b"<svg/>"), ("media/.hidden.png", b"x"), ("secret.png", b"secret"), ("bot.py", b"code"),
    ):  # fmt: skip
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "media" / "way-out.png").symlink_to(folder / "secret.png")
    bot = Bot("echo")
    bot.folder = folder
    async with serve(bot) as found:
        yield found


async def test_files_of_a_bots_media_folders_are_served(gallery: Website) -> None:
    found = await gallery.request("GET", "/web/echo/media/pizza.png")
    assert (found.body, found.headers["content-type"]) == (b"png", "image/png")
    assert (await gallery.request("GET", "/web/echo/media/hot/soup.mp3")).body == b"mp3"
    drawing = await gallery.request("GET", "/web/echo/media/drawing.svg")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert drawing.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in drawing.headers["content-security-policy"]


async def test_a_file_of_the_media_library_stands_in_front_of_one_of_the_folder(gallery: Website) -> None:
    shelf = gallery.app.services.get(MediaShelf)
    await shelf.add("echo", "pizza.png", PICTURE)
    await shelf.add("echo", "menu/today.pdf", b"%PDF-1.7 menu")
    found = await gallery.request("GET", "/web/echo/media/pizza.png", query={"w": "320"})
    assert (found.body, found.headers["content-type"]) == (PICTURE, "image/png")
    assert found.headers["content-disposition"].startswith("inline")
    assert "max-age=60" in found.headers["cache-control"]
    menu = await gallery.request("GET", "/web/echo/media/menu/today.pdf", query={"w": "٣"})
    assert menu.body == b"%PDF-1.7 menu"
    assert menu.headers["content-disposition"].startswith("attachment")
    assert (await gallery.request("GET", "/web/echo/media/hot/soup.mp3")).body == b"mp3"


async def test_a_picture_of_the_folder_comes_as_wide_as_it_is_shown(gallery: Website, tmp_path: Path) -> None:
    file = tmp_path / "bot" / "media" / "wide.png"
    Image.effect_mandelbrot((900, 600), (-3, -2.5, 2, 2.5), 20).save(file)
    whole = await gallery.request("GET", "/web/echo/media/wide.png")
    small = await gallery.request("GET", "/web/echo/media/wide.png", query={"w": "300"})
    assert (whole.body, small.headers["content-type"]) == (file.read_bytes(), "image/png")
    assert Image.open(BytesIO(small.body)).size == (320, 213)


@pytest.mark.parametrize(
    "path",
    [
        "../secret.png", "../../secret.png", "hot/../../secret.png", "/etc/passwd", "way-out.png", "page.html", ".hidden.png",
        "hot", "", "hot/", "..\\secret.png", "pizza.png\x00.png", "//pizza.png", "./pizza.png", "../bot.py", "C:pizza.png",
    ],
)  # fmt: skip
async def test_no_path_leads_out_of_the_media_folders(gallery: Website, path: str) -> None:
    assert (await gallery.request("GET", f"/web/echo/media/{path}")).status == 404
