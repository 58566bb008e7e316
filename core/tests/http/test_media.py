"""The media library over HTTP, on each engine."""

from pathlib import Path
from typing import Any

from core.tests.http.house import House, Someone
from core.tests.http.served import serving
from core.tests.media import drawn
from core.tests.media.test_shrinking import opened, painted

from gutenbot import Bot
from gutenbot.app.media import MediaShelf
from gutenbot.editing import media

FORM = (
    b'--BOUND\r\nContent-Disposition: form-data; name="note"\r\n\r\nwords\r\n'
    b'--BOUND\r\nContent-Disposition: form-data; name="file"; filename="C:\\\\pics\\\\pizza.png"\r\n'
    b"Content-Type: text/html\r\n\r\n%s\r\n--BOUND--\r\n"
)
LIBRARY = "/bots/echo/media"


async def put(someone: Someone, name: str, data: bytes) -> dict[str, object]:
    found: dict[str, object] = await someone.send("POST", f"{LIBRARY}?name={name}", data)
    return found


async def test_a_file_goes_in_and_comes_out_without_what_nobody_sees(house: House) -> None:
    owner = await house.owner()
    row = await put(owner, "pizza.jpg", drawn.jpeg(turned=6, after=b"SECRET"))
    assert (row["name"], row["mime"], row["width"], row["height"]) == ("pizza.jpg", "image/jpeg", 40, 30)
    answer = await owner.call("GET", f"{LIBRARY}/{row['id']}/file")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert b"SECRET" not in answer.content
    again = await owner.call("GET", f"{LIBRARY}/{row['id']}/file", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_form_is_taken_like_the_bare_file(house: House) -> None:
    owner = await house.owner()
    row = await owner.send("POST", LIBRARY, FORM % drawn.png(), "multipart/form-data; boundary=BOUND")
    assert row["name"] == "pizza.png"
    for broken in (b"", b"--BOUND", FORM[:60], b"--BOUND\r\n\r\nno file\r\n--BOUND--\r\n", b"--BOUND" * 50):
        answer = await owner.post_bytes("POST", LIBRARY, broken, "multipart/form-data; boundary=BOUND")
        assert answer.status_code in (400, 415, 422), answer.text


REFUSED = [
    ("a.png", b"<svg onload=alert(1)>", "media.not-taken", 415),
    ("a.png", b"", "media.not-taken", 415),
    ("a.png", drawn.png(60_000, 60_000), "media.too-large", 413),
    ("../a.png", drawn.png(), "media.wrong-name", 422),
]


async def test_inp_12_and_13_what_is_refused_leaves_nothing(house: House) -> None:
    owner = await house.owner()
    for name, data, code, status in REFUSED:
        answer = await owner.post_bytes("POST", f"{LIBRARY}?name={name}", data, "image/png")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await owner.get(LIBRARY))["items"] == []


async def test_a_body_beyond_the_limit_is_cut_off(tmp_path: Path) -> None:
    async with serving(tmp_path, max_upload_bytes=2_000_000) as served:
        path = f"/api/v1{LIBRARY}?name=a.mp4"
        assert (await served.client.post(path, content=drawn.MP4 + bytes(1_500_000))).status_code == 201
        assert (await served.client.post(path, content=drawn.MP4 + bytes(2_500_000))).status_code == 413
        assert (await served.client.post("/api/v1/keys", content=bytes(1_500_000))).status_code == 413


async def test_a_large_body_of_a_stranger_is_not_read(tmp_path: Path) -> None:
    async with serving(tmp_path, dev=False) as served:
        answer = await served.client.post(f"/api/v1{LIBRARY}", content=bytes(3_000_000))
        assert answer.status_code == 401


async def test_a_name_is_there_once_and_the_bytes_of_the_refused_one_go(house: House) -> None:
    owner = await house.owner()
    await put(owner, "a.png", drawn.png())
    before = await _blobs(house)
    assert await owner.refused("POST", f"{LIBRARY}?name=a.png") == "media.not-taken"
    answer = await owner.post_bytes("POST", f"{LIBRARY}?name=a.png", drawn.png(9, 9), "image/png")
    assert answer.json()["code"] == "media.name-taken"
    assert await _blobs(house) == before


async def test_words_by_language_and_the_point_that_matters_are_kept(house: House) -> None:
    owner = await house.owner()
    row = await put(owner, "a.png", drawn.png())
    path = f"{LIBRARY}/{row['id']}"
    await owner.do("PATCH", path, {"alt": {"en": "A square", "fr": "Un carré"}, "focus": {"x": 0.25, "y": 1}})
    found = await owner.do("PATCH", path, {"alt": {"fr": "Un carré gris"}, "version": 2})
    assert found["alt"] == {"en": "A square", "fr": "Un carré gris"}
    assert found["focus"] == {"x": 0.25, "y": 1.0}
    assert await owner.refused("PATCH", path, {"alt": {"fr": "x"}, "version": 2}) == "media.changed-meanwhile"
    assert await owner.refused("PATCH", path, {"focus": {"x": 2, "y": 0}}) == "http.invalid"
    assert await owner.refused("PATCH", path, {"name": "a.pdf"}) == "media.not-taken"


async def test_another_file_takes_its_place_everywhere(house: House) -> None:
    owner = await house.owner()
    row = await put(owner, "a.png", drawn.png(40, 40))
    await owner.send("PUT", f"{LIBRARY}/{row['id']}/renditions", drawn.png(20, 20))
    before = await _blobs(house)
    found = await owner.send("POST", f"{LIBRARY}/{row['id']}/replace", drawn.png(50, 60))
    assert (found["name"], found["width"], found["renditions"]) == ("a.png", 50, [])
    assert await _blobs(house) == before - 1
    wrong = await owner.post_bytes("POST", f"{LIBRARY}/{row['id']}/replace", drawn.PDF, "image/png")
    assert wrong.json()["code"] == "media.not-taken"


async def test_the_smallest_copy_that_is_enough_is_given(house: House) -> None:
    owner = await house.owner()
    row = await put(owner, "a.png", drawn.png(300, 225))
    path = f"{LIBRARY}/{row['id']}"
    for width, height in ((200, 150), (100, 75)):
        await owner.send("PUT", f"{path}/renditions", drawn.png(width, height))
    assert [one["width"] for one in (await owner.get(path))["renditions"]] == [100, 200]
    sizes = {wanted: len((await owner.call("GET", f"{path}/file?w={wanted}")).content) for wanted in (0, 90, 150, 900)}
    assert sizes[90] == len(drawn.png(100, 75))
    assert sizes[150] == len(drawn.png(200, 150))
    assert sizes[0] == sizes[900] == len(drawn.png(300, 225))
    for wrong in (drawn.png(300, 225), drawn.png(200, 20), drawn.PDF):
        answer = await owner.post_bytes("PUT", f"{path}/renditions", wrong, "image/png")
        assert answer.status_code in (415, 422)


async def test_files_are_found_by_name_words_and_kind(house: House) -> None:
    owner = await house.owner()
    for name, data in (("a_1.png", drawn.png()), ("b.jpg", drawn.jpeg()), ("c.pdf", drawn.PDF)):
        await put(owner, name, data)
    first = (await owner.get(LIBRARY))["items"][0]
    await owner.do("PATCH", f"{LIBRARY}/{first['id']}", {"alt": {"en": "Grey Square"}})

    async def names(query: str) -> list[str]:
        return [one["name"] for one in (await owner.get(f"{LIBRARY}?{query}"))["items"]]

    assert await names("q=square grey") == ["a_1.png"]
    assert await names("q=_") == ["a_1.png"]
    assert await names("q=%25") == []
    assert await names("type=image") == ["a_1.png", "b.jpg"]
    page = await owner.get(f"{LIBRARY}?limit=2")
    assert page["next"] == "b.jpg"
    assert await names(f"limit=2&after={page['next']}") == ["c.pdf"]


async def test_what_is_in_use_is_neither_removed_nor_renamed(tmp_path: Path) -> None:
    bot = _bot(tmp_path, "x:\n  - image: media/a.png\n    alt: A\n")
    async with serving(tmp_path, bot) as served:
        row = (await served.client.post("/api/v1/bots/shop/media?name=a.png", content=drawn.png())).json()
        path = f"/api/v1/bots/shop/media/{row['id']}"
        assert row["used_by"] == [{"item": "x", "locale": "en", "place": "content/bot.yaml:1"}]
        removed = await served.client.delete(path)
        assert (removed.status_code, removed.json()["code"]) == (409, "media.in-use")
        assert "#x" in removed.json()["detail"]
        assert (await served.client.patch(path, json={"name": "b.png"})).status_code == 409
        assert (await served.client.patch(path, json={"alt": {"en": "A"}})).status_code == 200
        (bot.content_folder / "bot.yaml").write_text("x: nothing\n", "utf-8")
        served.app.reload_content(bot.id)
        assert (await served.client.delete(path)).status_code == 204
        assert (await served.client.get(path)).status_code == 404


async def test_what_a_draft_names_stays_too(house: House) -> None:
    owner = await house.owner()
    row = await put(owner, "a.png", drawn.png())
    draft = {"id": "x", "locale": "en", "yaml": "- image: a.png\n  alt: A\n"}
    await owner.do("POST", "/bots/echo/content/items", draft)
    found = await owner.get(f"{LIBRARY}/{row['id']}")
    assert found["used_by"] == [{"item": "x", "locale": "en", "place": "draft"}]
    assert await owner.refused("DELETE", f"{LIBRARY}/{row['id']}") == "media.in-use"
    await owner.do("DELETE", "/bots/echo/content/items/x/locales/en/draft")
    await owner.do("DELETE", f"{LIBRARY}/{row['id']}")


async def test_channels_find_files_by_the_names_of_content(house: House) -> None:
    owner = await house.owner()
    await put(owner, "menu/a.png", drawn.png(40, 40))
    shelf = house.served.app.services.get(MediaShelf)
    for name in ("menu/a.png", "./menu/a.png", "media/menu/a.png"):
        found = await shelf.find("echo", name)
        assert found is not None
        assert found.data == drawn.png(40, 40)
    assert await shelf.find("echo", "a.png") is None
    assert await shelf.find("other", "menu/a.png") is None
    for odd in ("", "\0", "menu/a.png\0", "../menu/a.png", "x" * 5000, "\ud800.png"):
        assert await shelf.find("echo", odd) is None
    assert await owner.refused("GET", f"{LIBRARY}/%00") == "media.none"
    assert (await owner.get(f"{LIBRARY}?q=%00&type=%00&after=%00"))["items"] != []
    assert await shelf.find("echo", "menu/a.png", limit=10) is None


async def test_a_picture_of_the_library_is_no_broken_link(house: House) -> None:
    owner = await house.owner()
    check = {"id": "x", "locale": "en", "yaml": "- image: new.png\n  alt: New\n"}
    before = (await owner.do("POST", "/bots/echo/content/check", check))["problems"]
    assert "content.media" in [one["code"] for one in before]
    await put(owner, "new.png", drawn.png())
    after = (await owner.do("POST", "/bots/echo/content/check", check))["problems"]
    assert "content.media" not in [one["code"] for one in after]


async def test_who_may_only_write_replaces_nothing_that_is_live(house: House) -> None:
    owner = await house.owner()
    writer = await house.member(owner, "marketer")
    row = await put(writer, "a.png", drawn.png())
    assert (
        await writer.post_bytes("POST", f"{LIBRARY}/{row['id']}/replace", drawn.png(), "image/png")
    ).status_code == 403
    assert await writer.refused("DELETE", f"{LIBRARY}/{row['id']}") == "http.forbidden"


async def _blobs(house: House) -> int:
    import sqlalchemy as sa

    return int(await house.desk.read(lambda db: db.execute(sa.text("SELECT count(*) FROM blob")).scalar_one()))


def _bot(folder: Path, yaml: str) -> Bot:
    bot = Bot("shop")
    bot.folder = folder
    bot.content_folder.mkdir()
    (bot.content_folder / "bot.yaml").write_text(yaml, "utf-8")
    return bot


async def test_the_server_draws_smaller_copies_of_what_comes_over_the_api(house: House) -> None:
    owner = await house.owner()
    row: Any = await put(owner, "wide.jpg", painted("JPEG", 800, 400))
    assert [(one["width"], one["height"], one["mime"]) for one in row["renditions"]] == [
        (320, 160, "image/jpeg"), (640, 320, "image/jpeg")
    ]  # fmt: skip
    shown = await owner.call("GET", f"{LIBRARY}/{row['id']}/file?w=300")
    assert opened(shown.content).size == (320, 160)
    again: Any = await owner.send("POST", f"{LIBRARY}/{row['id']}/replace", painted("JPEG", 400, 400))
    assert [one["width"] for one in again["renditions"]] == [320]


async def test_a_copy_that_was_never_drawn_is_drawn_when_somebody_needs_it(house: House) -> None:
    owner = await house.owner()
    shelf = house.served.app.services.get(MediaShelf)
    kept = await shelf.keep("echo", "old.png", painted("PNG", 400, 300))  # as a release that drew nothing kept it
    row = await house.served.app.storage.write(lambda db: media.add(db, "echo", kept, {}, media.Change("Ann", 1)))
    found = await shelf.find("echo", "old.png", width=300)
    assert found is not None
    assert opened(found.data).size == (320, 240)
    fits = await shelf.find("echo", "old.png", limit=8_000)
    assert fits is not None
    assert len(fits.data) <= 8_000
    assert len((await owner.get(f"{LIBRARY}/{row['id']}"))["renditions"]) >= 2
    assert await shelf.find("echo", "old.png", limit=10) is None


async def test_a_picture_that_was_replaced_while_copies_were_drawn_gets_none_of_them(house: House) -> None:
    owner = await house.owner()
    old: Any = await put(owner, "a.png", painted("PNG", 300, 300))
    shelf, storage = house.served.app.services.get(MediaShelf), house.served.app.storage
    row = await storage.read(lambda db: media.get(db, "echo", old["id"]))
    await owner.send("POST", f"{LIBRARY}/{old['id']}/replace", painted("PNG", 310, 310))
    assert await shelf._put(row, [painted("PNG", 150, 150)]) == []
    assert (await owner.get(f"{LIBRARY}/{old['id']}"))["renditions"] == []
