"""Files of visitors: what is taken, what it is called, and how it is given back."""

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from gutenbot_channel_web.files import safe_name
from gutenbot_channel_web.sniffing import BYTES, INLINE, is_taken, type_of
from gutenbot_channel_web.testing import Answer, Website, WebVisitor

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
GIF_WITH_SCRIPT = b"GIF89a/*" + b"\x00" * 10 + b"*/=1;alert(1)//<script>alert(1)</script>"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF = b"%PDF-1.7\n1 0 obj<</JS (app.alert(1))>>"


async def upload(visitor: WebVisitor, conversation: str, data: bytes, name: str, identifier: str = "") -> Answer:
    query = {"id": identifier or str(uuid4()), "name": name}
    headers = {"content-type": "image/png"}
    return await visitor.call("POST", f"/conversations/{conversation}/files", data, query=query, headers=headers)


async def read(visitor: WebVisitor, url: str, **headers: str) -> Answer:
    path, _, query = url.partition("?")
    return await visitor.site.request("GET", f"{visitor.root}/{path}", query=query, headers=headers)


async def test_a_picture_is_kept_shown_in_the_thread_and_read_again(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    answer = (await upload(visitor, conversation, PNG, "cat.png")).json()
    attachment = answer["attachment"]
    assert (answer["n"], answer["duplicate"]) == (1, False)
    assert (attachment["mime"], attachment["name"], attachment["size"]) == ("image/png", "cat.png", len(PNG))
    entry = (await visitor.history(conversation))["entries"][0]
    assert entry["body"] == {"type": "attachment", "attachments": [attachment]}
    found = await read(visitor, attachment["url"])
    assert (found.status, found.body) == (200, PNG)
    assert found.headers["content-type"] == "image/png"
    assert found.headers["content-disposition"].startswith("inline")


async def test_dup_09_a_file_that_is_sent_again_gets_the_first_answer(site: Website) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    identifier = str(uuid4())
    first = (await upload(visitor, conversation, PNG, "cat.png", identifier)).json()
    again = (await upload(visitor, conversation, PNG, "cat.png", identifier)).json()
    assert again == {**first, "duplicate": True}


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (HTML, "page.html", BYTES), (HTML, "page.txt", BYTES), (HTML, "cat.png", BYTES), (SVG, "drawing.svg", BYTES),
        (b"<?xml version='1.0'?><svg/>", "x.xml", BYTES), (b"  \n<SCRIPT>", "notes.txt", BYTES),
        (GIF_WITH_SCRIPT, "page.html", BYTES), (GIF_WITH_SCRIPT, "x.js", BYTES), (PNG, "cat.png.exe", BYTES),
        (PDF, "paper.pdf", "application/pdf"), (PDF, "paper.html", BYTES), (b"MZ\x90\x00\x03", "setup.exe", BYTES),
    ],
)  # fmt: skip
async def test_xss_05_what_could_hold_a_script_is_only_ever_saved(
    site: Website, data: bytes, name: str, mime: str
) -> None:
    visitor = await site.visitor()
    attachment = (await upload(visitor, await visitor.conversation(), data, name)).json()["attachment"]
    assert attachment["mime"] == mime
    found = await read(visitor, attachment["url"])
    assert found.headers["content-type"] == mime
    assert found.headers["content-disposition"].startswith("attachment;")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    assert "default-src 'none'" in found.headers["content-security-policy"]


async def test_a_polyglot_that_says_it_is_a_picture_is_shown_as_one_and_nothing_else(site: Website) -> None:
    visitor = await site.visitor()
    attachment = (await upload(visitor, await visitor.conversation(), GIF_WITH_SCRIPT, "x.gif")).json()["attachment"]
    found = await read(visitor, attachment["url"])
    assert found.headers["content-type"] == "image/gif"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]


async def test_a_file_without_its_key_does_not_exist(site: Website) -> None:
    visitor = await site.visitor()
    url = (await upload(visitor, await visitor.conversation(), PNG, "cat.png")).json()["attachment"]["url"]
    path = url.partition("?")[0]
    for wrong in (path, f"{path}?key=", f"{url}x", f"{path}?key=%00", f"files/{'0' * 26}?{url.partition('?')[2]}"):
        assert (await read(visitor, wrong)).status == 404


async def test_a_key_of_one_bot_opens_no_file_of_another(serve: Any) -> None:
    async with serve("one", "two") as site:
        one, two = await site.visitor("one"), await site.visitor("two")
        url = (await upload(one, await one.conversation(), PNG, "cat.png")).json()["attachment"]["url"]
        assert (await read(two, url)).status == 404


@pytest.mark.parametrize("declared", [True, False])
async def test_a_file_that_is_too_large_is_refused_before_all_of_it_came(serve: Any, declared: bool) -> None:
    async with serve(settings={"file_bytes": 1000}) as site:
        visitor = await site.visitor()
        path = f"/conversations/{await visitor.conversation()}/files"
        headers = {"content-length": "1001"} if declared else {}
        query = {"id": str(uuid4()), "name": "a.png"}
        answer = await visitor.call("POST", path, PNG + b"\x00" * 1000, query=query, headers=headers)
        assert (answer.status, answer.code) == (413, "too-large")
        assert visitor.session["limits"]["file_bytes"] == 1000


async def test_the_settings_say_which_types_are_taken(serve: Any) -> None:
    async with serve(settings={"file_types": ["image/*", "application/pdf"]}) as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        for data, name, status in (
            (PNG, "a.png", 200), (PDF, "a.pdf", 200), (b"hello", "a.txt", 415), (HTML, "a.png", 415), (b"x", "a.png", 415),
        ):  # fmt: skip
            assert (await upload(visitor, conversation, data, name)).status == status, name


async def test_a_chat_without_uploads_takes_none(serve: Any) -> None:
    async with serve(settings={"uploads": False}) as site:
        visitor = await site.visitor()
        assert (await upload(visitor, await visitor.conversation(), PNG, "a.png")).status == 403
        assert visitor.session["config"]["uploads"] is False


async def test_an_empty_file_is_refused(site: Website) -> None:
    visitor = await site.visitor()
    assert (await upload(visitor, await visitor.conversation(), b"", "a.txt")).code == "empty"


async def test_players_get_parts_of_a_file(site: Website) -> None:
    visitor = await site.visitor()
    url = (await upload(visitor, await visitor.conversation(), PNG, "cat.png")).json()["attachment"]["url"]
    for wanted, status, body in (
        ("bytes=0-3", 206, PNG[:4]), ("bytes=100-", 206, PNG[100:]), ("bytes=-8", 206, PNG[-8:]),
        ("bytes=0-99999", 206, PNG), ("bytes=5000-", 416, b""), ("bytes=-0", 416, b""), ("bytes=9-2", 416, b""),
        ("bytes=a-b", 200, PNG), ("bytes=0-1,4-5", 200, PNG), ("bytes=-", 200, PNG),
    ):  # fmt: skip
        found = await read(visitor, url, range=wanted)
        assert (found.status, found.body) == (status, body), wanted


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("cat.png", "cat.png"), ("../../etc/passwd", "passwd"), ("C:\\temp\\x.doc", "x.doc"), ("", "file"), ("...", "file"),
        ("a\r\nSet-Cookie: x=1", "a__Set-Cookie_ x=1"), ("\u202egnp.exe", "_gnp.exe"), ('a"b.png', "a_b.png"),
        ("x" * 500 + ".png", "x" * 180 + ".png"), ("naïve ☃.pdf", "naïve ☃.pdf"), ("\ud800", "_"),
    ],
)  # fmt: skip
def test_names_lose_what_could_be_misread(name: str, safe: str) -> None:
    assert safe_name(name) == safe


async def test_odd_names_fit_into_headers(site: Website) -> None:
    visitor = await site.visitor()
    url = (await upload(visitor, await visitor.conversation(), PNG, 'naïve ☃\r\n".png')).json()["attachment"]["url"]
    header = (await read(visitor, url)).headers["content-disposition"]
    assert header == "inline; filename=\"na_ve ____.png\"; filename*=UTF-8''na%C3%AFve%20%E2%98%83___.png"


def docx() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "mime"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "a.JPG", "image/jpeg"), (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.wav", "audio/wav"), (b"ID3\x04", "a.mp3", "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypisom", "a.mp4", "video/mp4"), (b"\x00\x00\x00\x20ftypqt  ", "a.mov", "video/quicktime"),
        (b"\x00\x00\x00\x20ftypavif", "a.avif", "image/avif"), (b"\x1aE\xdf\xa3", "a.webm", "video/webm"),
        (b"OggS", "voice.ogg", "audio/ogg"), (docx(), "a.zip", "application/zip"), (docx(), "a.exe", BYTES),
        (docx(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("naïve".encode(), "a.txt", "text/plain"), (b"a;b", "a.csv", "text/csv"), (b"hello", "", "text/plain"),
        (b"hello", "a.html", BYTES), (b"\x00\x01", "a.txt", BYTES), (b"\xff\xff", "a.txt", BYTES),
        (PNG, "", "image/png"), (PNG, "a.jpg", BYTES),
    ],
)  # fmt: skip
def test_the_type_comes_from_the_bytes_and_the_name_may_only_agree(data: bytes, name: str, mime: str) -> None:
    assert type_of(data, name) == mime


def test_nothing_that_can_hold_a_script_is_shown_in_place() -> None:
    assert not {"text/html", "image/svg+xml", "application/pdf", "text/plain", "application/xml", BYTES} & INLINE


def test_lists_of_types_may_have_families() -> None:
    assert is_taken("image/png", []) and is_taken("image/png", ["image/*"]) and is_taken("image/png", ["*/*"])
    assert not is_taken("image/png", ["text/*", "image/jpeg"])


async def test_rat_03_uploads_have_limits_of_their_own_by_visitor_and_by_address(site: Website) -> None:
    eager = await site.visitor()
    conversation = await eager.conversation()
    statuses = [(await upload(eager, conversation, PNG, "cat.png")).status for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert (await eager.say(conversation, "words are still taken", str(uuid4()))).status == 200
    taken = 10
    for _ in range(8):
        visitor = await site.visitor()
        place = await visitor.conversation()
        taken += [(await upload(visitor, place, PNG, "cat.png")).status for _ in range(9)].count(200)
    assert taken in range(60, 64), "some come back while this runs"
    site.address = "198.51.100.1"
    other = await site.visitor()
    assert (await upload(other, await other.conversation(), PNG, "cat.png")).status == 200
