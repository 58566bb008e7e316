"""Exports and imports of content over HTTP, on each engine."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from core.tests.http.house import House, Skipping, Someone
from core.tests.http.served import serving
from core.tests.storage.postgres.servers import Server

from gutenbot import Bot
from gutenbot.accounts.lines import Who
from gutenbot.editing import transfer
from gutenbot.editing.transfer import Order
from gutenbot.storage.postgres import PostgresStorage

ENGLISH = """
hello: Hello {{ user.first_name | default('you') }}
order.size:
  - text: Which size?   # a comment
    choices: {S: Small, L: Large}
bye:
  - Bye!
  - text: Come again.
    quick_replies: ["<YES> Yes", "No"]
"""
FRENCH = "hello: Bonjour {{ user.first_name | default('toi') }}\n"
CONTENT = "/bots/shop/content"


@dataclass
class Shop:
    house: House
    owner: Someone
    bot: Bot

    async def export(self, query: str) -> str:
        answer = await self.owner.call("GET", f"{CONTENT}/export?{query}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def put(self, data: str | bytes, query: str, who: Someone | None = None) -> dict[str, Any]:
        data = data.encode() if isinstance(data, str) else data
        found: dict[str, Any] = await (who or self.owner).send("POST", f"{CONTENT}/import?{query}", data)
        return found

    async def refused(self, data: str | bytes, query: str, who: Someone | None = None) -> str:
        data = data.encode() if isinstance(data, str) else data
        answer = await (who or self.owner).post_bytes("POST", f"{CONTENT}/import?{query}", data, "text/plain")
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    def says(self, item: str, locale: str = "en") -> list[str]:
        library = self.house.served.app.runtimes[self.bot.id].library
        rendered = library.render(item, {"user": {}}, locale=locale, channel="web", random=Random(1))
        return [str(getattr(message, "text", "")) for message in rendered.messages]

    async def state(self, item: str, locale: str) -> str:
        found: str = (await self.owner.get(f"{CONTENT}/items/{item}"))["locales"][locale]["state"]
        return found


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def shop(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shop]:
    """A bot with words in English and a few in French."""
    bot = Bot("shop")
    bot.folder = tmp_path / "shop"
    bot.content_folder.mkdir(parents=True)
    (bot.content_folder / "bot.yaml").write_text(ENGLISH, "utf-8")
    (bot.content_folder / "bot.fr.yaml").write_text(FRENCH, "utf-8")
    clock = Skipping()
    if request.param == "sqlite":
        async with serving(tmp_path, bot, dev=False, clock=clock) as served:
            house = House(served, clock)
            yield Shop(house, await house.owner(), bot)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database()
    async with serving(tmp_path, bot, dev=False, storage=PostgresStorage(url, clock), clock=clock) as served:
        house = House(served, clock)
        yield Shop(house, await house.owner(), bot)
    server.drop(url)


@pytest.mark.parametrize("kind", ["json", "yaml"])
async def test_what_went_out_whole_comes_in_without_a_change(shop: Shop, kind: str) -> None:
    text = await shop.export(f"format={kind}")
    found = await shop.put(text, f"format={kind}&publish=true")
    assert (found["added"], found["changed"], found["removed"], found["unchanged"]) == (0, 0, 0, 4)
    assert (found["changes"], found["problems"], found["release"]) == ([], [], 0)


async def test_an_export_has_every_item_in_every_language(shop: Shop) -> None:
    found = json.loads(await shop.export("format=json"))
    assert (found["gutenbot"], found["bot"], found["locale"]) == (1, "shop", "en")
    assert found["items"].keys() == {"hello", "order.size", "bye"}
    assert found["items"]["hello"]["texts"].keys() == {"en", "fr"}
    assert found["items"]["order.size"]["type"] == "choices"


@pytest.mark.parametrize("kind", ["csv", "xliff"])
async def test_a_translation_goes_out_comes_in_and_is_live(shop: Shop, kind: str) -> None:
    text = await shop.export(f"format={kind}&to=de")
    for english, german in (
        ("Which size?", "Welche Größe?"),
        ("Small", "Klein"),
        ("Large", "Groß"),
        ("Bye!", "Tschüss!"),
    ):
        text = _translated(text, kind, english, german)
    dry = await shop.put(text, f"format={kind}&dry_run=true&publish=true")
    assert (dry["added"], dry["changed"], dry["dry_run"], dry["release"]) == (2, 0, True, 0)
    assert shop.says("order.size", "de") == ["Which size?"]
    done = await shop.put(text, f"format={kind}&publish=true&reason=agency")
    assert done["changes"] == dry["changes"]
    assert done["release"] == 1
    assert shop.says("order.size", "de") == ["Welche Größe?"]
    assert shop.says("bye", "de") == ["Tschüss!", "Come again."]
    assert [one["code"] for one in done["problems"]] == ["content.partly"]
    again = await shop.put(text, f"format={kind}&publish=true")
    assert (again["added"], again["changed"], again["unchanged"], again["release"]) == (0, 0, 2, 0)


async def test_an_import_makes_drafts_that_nobody_sees_before_they_are_published(shop: Shop) -> None:
    found = await shop.put("hello: Hallo\n", "format=yaml&to=de")
    assert (found["added"], found["release"]) == (1, 0)
    assert shop.says("hello", "de") == ["Hello you"]
    assert await shop.state("hello", "de") == "draft"
    (release,) = (await shop.owner.get(f"{CONTENT}/items/hello/locales/de/revisions"))["items"]
    assert release["kind"] == "imported"
    await shop.owner.do("POST", f"{CONTENT}/items/hello/locales/de/publish", {"version": 1})
    assert shop.says("hello", "de") == ["Hallo"]


async def test_comments_and_order_of_what_was_there_stay(shop: Shop) -> None:
    text = json.loads(await shop.export("format=json"))
    text["items"]["order.size"]["texts"]["en"][0]["text"] = "What size?"
    found = await shop.put(json.dumps(text), "format=json&publish=true")
    (change,) = found["changes"]
    assert change["kind"] == "changed"
    assert "# a comment" in change["after"]
    assert shop.says("order.size") == ["What size?"]


async def test_what_cannot_be_said_is_left_out_and_told_and_the_rest_comes_in(shop: Shop) -> None:
    text = "hello: '{{ broken'\nbye: Later\nbad id!: x\nnew: {type: nothing}\n"
    found = await shop.put(text, "format=yaml&publish=true")
    assert {one["id"]: one["severity"] for one in found["problems"]} == {
        "hello": "error",
        "bad id!": "error",
        "new": "error",
    }
    assert (found["changed"], found["added"]) == (1, 0)
    assert shop.says("bye") == ["Later"]
    assert shop.says("hello") == ["Hello you"]


async def test_a_translation_that_lost_a_placeholder_is_left_out(shop: Shop) -> None:
    text = (await shop.export("format=csv&to=de")).replace("default('you') }},,", "default('you') }},Hallo,")
    found = await shop.put(text, "format=csv&publish=true")
    (problem,) = found["problems"]
    assert (problem["id"], problem["code"], problem["severity"]) == ("hello", "content.placeholders", "error")
    assert found["changes"] == []


async def test_a_forbidden_word_comes_in_as_a_draft_and_never_live(shop: Shop) -> None:
    lists = {"version": 0, "forbidden": ["cheap"], "instead": []}
    await shop.owner.do("PUT", f"{CONTENT}/wording/en", lists)
    text = "hello: How cheap\nbye: Soon\n"
    dry = await shop.put(text, "format=yaml&publish=true&dry_run=true")
    done = await shop.put(text, "format=yaml&publish=true")
    assert done["problems"] == dry["problems"]
    ((severity, code, item),) = [(one["severity"], one["code"], one["id"]) for one in done["problems"]]
    assert (severity, code, item) == ("error", "content.forbidden-word", "hello")
    assert (done["changed"], shop.says("bye"), shop.says("hello")) == (1, ["Soon"], ["Hello you"])
    draft = await shop.put(text, "format=yaml")
    assert [(one["severity"], one["code"]) for one in draft["problems"]] == [("warning", "content.forbidden-word")]
    assert (draft["changed"], await shop.state("hello", "en")) == (1, "draft")
    refused = await shop.owner.call("POST", f"{CONTENT}/items/hello/locales/en/publish", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "content.not-sound")


async def test_a_word_that_is_forbidden_while_an_import_is_worked_out_counts(shop: Shop) -> None:
    desk, order = shop.house.served.app.content.desk, Order("yaml", publish=True)
    data, who = b"hello: How cheap\n", Who("account", "x", "Mia")
    made, found, ground = await transfer.plan(desk, "shop", data, order)
    await shop.owner.do("PUT", f"{CONTENT}/wording/en", {"version": 0, "forbidden": ["cheap"], "instead": []})
    assert await transfer._write(desk, who, made, found, ground, order) is None
    done = await transfer.run(desk, who, "shop", data, order)
    assert ([one.code for one in done.plan.problems], done.release) == (["content.forbidden-word"], 0)
    assert shop.says("hello") == ["Hello you"]


async def test_replacing_takes_away_what_the_file_has_not_but_never_files(shop: Shop) -> None:
    await shop.put("extra: Extra\nhello: Hi\n", "format=yaml&publish=true")
    assert await shop.refused("bye: Ciao\n", "format=yaml&mode=replace") == "content.replacing-goes-live"
    dry = await shop.put("bye: Ciao\n", "format=yaml&mode=replace&publish=true&dry_run=true")
    done = await shop.put("bye: Ciao\n", "format=yaml&mode=replace&publish=true")
    assert dry["changes"] == done["changes"]
    assert {one["id"]: one["kind"] for one in done["changes"]} == {
        "bye": "changed",
        "extra": "removed",
        "hello": "removed",
    }
    assert shop.says("hello") == ["Hello you"]
    assert shop.says("order.size") == ["Which size?"]
    assert shop.says("hello", "fr") == ["Bonjour toi"]
    assert (await shop.owner.call("GET", f"{CONTENT}/items/extra")).status_code == 404
    back = await shop.put("extra: Again\n", "format=yaml&publish=true")
    assert back["added"] == 1
    assert shop.says("extra") == ["Again"]


async def test_an_import_can_be_taken_back(shop: Shop) -> None:
    await shop.put("hello: Hi\n", "format=yaml&publish=true")
    done = await shop.put("hello: Hey\nbye: Ciao\n", "format=yaml&publish=true")
    await shop.owner.do("POST", f"{CONTENT}/releases/{done['release']}/undo")
    assert (shop.says("hello"), shop.says("bye")) == (["Hi"], ["Bye!", "Come again."])


async def test_a_translation_is_stale_once_its_source_changes(shop: Shop) -> None:
    await shop.put("hello: Hallo\n", "format=yaml&to=de&publish=true")
    assert await shop.state("hello", "de") == "live"
    await shop.put("hello: Hi there\n", "format=yaml&publish=true")
    assert await shop.state("hello", "de") == "stale"
    rows = list(csv.reader(io.StringIO((await shop.export("format=csv&to=de&only=stale")).lstrip("\ufeff"))))
    assert rows[1:] == [["hello", "Hi there", "Hallo", "stale"]]
    missing = await shop.export("format=csv&to=de&only=missing")
    assert "order.size" in missing
    assert "hello" not in missing
    await shop.put("hello: Hi there\n", "format=yaml&publish=true")
    await shop.put("hello: Hallo zusammen\n", "format=yaml&to=de&publish=true")
    assert await shop.state("hello", "de") == "live"


async def test_a_source_that_changed_since_the_export_is_told(shop: Shop) -> None:
    text = _translated(await shop.export("format=xliff&to=de"), "xliff", "Bye!", "Tschüss!")
    await shop.put(
        "bye: ['Bye bye!', {text: Come again., quick_replies: ['<YES> Yes', 'No']}]\n", "format=yaml&publish=true"
    )
    found = await shop.put(text, "format=xliff")
    assert "content.source-changed" in {one["code"] for one in found["problems"]}
    assert found["added"] == 1


HOSTILE = [
    (b"\xff\xfe", "format=json", "content.not-content"),
    (b"{", "format=json", "content.not-content"),
    (b"[1]", "format=json", "content.not-content"),
    (b'{"a": NaN}', "format=json", "content.not-content"),
    (b"[" * 100_000, "format=json", "content.not-content"),
    (b'{"a": ' * 5_000 + b"1" + b"}" * 5_000, "format=json", "content.not-content"),
    (b'{"gutenbot": 9, "items": {}}', "format=json", "content.not-content"),
    (b'{"gutenbot": 1, "items": {"a": 3}}', "format=json", "content.not-content"),
    (b"a: !!python/object/apply:os.system [ls]", "format=yaml", "content.not-content"),
    (b"a: &a [x]\nb: *nothing", "format=yaml", "content.not-content"),
    (b"a: 1\n---\nb: 2", "format=yaml", "content.not-content"),
    (b"<!DOCTYPE x><xliff/>", "format=xliff", "content.not-xliff"),
    (b"hello", "format=csv", "content.not-csv"),
    (b"id,source en,target fr\nhello,Hi,Salut\n", "format=csv&to=de", "content.wrong-languages"),
    (b"id,source en,target x!\nhello,Hi,Salut\n", "format=csv", "content.not-content"),
    (b"x", "format=exe", "http.invalid"),
]


async def test_inp_12_hostile_and_broken_files_are_refused_and_change_nothing(shop: Shop) -> None:
    for data, query, code in HOSTILE:
        assert await shop.refused(data, query) == code, data[:40]
    assert shop.says("hello") == ["Hello you"]
    assert (await shop.owner.get(f"{CONTENT}/releases"))["items"] == []


async def test_words_of_users_and_yaml_in_values_come_out_literally(shop: Shop) -> None:
    nasty = [
        "#: yes",
        "a: b # c",
        "- x",
        "'\"",
        "line\nline",
        "{{ '{{7*7}}' }}",
        "مرحبا",
        "!!python/x",
        "&a *b",
        "null",
        "1.10",
    ]
    items = {f"n{number}": {"texts": {"en": [text]}} for number, text in enumerate(nasty)}
    document = json.dumps({"gutenbot": 1, "items": items})
    found = await shop.put(document, "format=json&publish=true")
    assert (found["added"], found["problems"]) == (len(nasty), [])
    said = [shop.says(f"n{number}")[0] for number in range(len(nasty))]
    assert said == [text if "7*7" not in text else "{{7*7}}" for text in nasty]


async def test_who_may_publish_french_only_imports_french_only(shop: Shop) -> None:
    role = {"title": "French", "permissions": ["bots:read", "content:read", "content:write", "content:publish"],
            "scopes": {"content:publish": {"language": ["fr"]}}}  # fmt: skip
    await shop.owner.do("PUT", "/roles/french", role)
    writer = await shop.house.member(shop.owner, "french")
    assert await shop.refused("hello: Hallo\n", "format=yaml&to=de&publish=true", writer) == "http.forbidden"
    assert (await shop.put("hello: Hallo\n", "format=yaml&to=de", writer))["added"] == 1
    assert (await shop.put("hello: Salut\n", "format=yaml&to=fr&publish=true", writer))["changed"] == 1
    assert shop.says("hello", "fr") == ["Salut"]
    reader = await shop.house.member(shop.owner, "analyst")
    assert await shop.refused("hello: Salut\n", "format=yaml", reader) == "http.forbidden"


async def test_where_content_is_locked_or_reviewed_imports_are_too(shop: Shop) -> None:
    desk = shop.house.served.app.content.desk
    desk.overrides = "review"
    assert await shop.refused("hello: Hi\n", "format=yaml&publish=true") == "content.imports-need-review"
    assert (await shop.put("hello: Hi\n", "format=yaml"))["changed"] == 1
    desk.overrides = "locked"
    assert await shop.refused("hello: Hey\n", "format=yaml") == "content.locked"


async def test_an_import_is_worked_out_anew_when_somebody_edits_meanwhile(shop: Shop) -> None:
    desk, order = shop.house.served.app.content.desk, Order("yaml", publish=True)
    made, found, ground = await transfer.plan(desk, "shop", b"hello: Hi\nbye: Ciao\n", order)
    await shop.put("hello: Hey\n", "format=yaml&publish=true")
    assert await transfer._write(desk, Who("account", "x", "Mia"), made, found, ground, order) is None
    assert (shop.says("hello"), shop.says("bye")) == (["Hey"], ["Bye!", "Come again."])
    done = await transfer.run(desk, Who("account", "x", "Mia"), "shop", b"hello: Hi\nbye: Ciao\n", order)
    assert done.release == 2
    assert (shop.says("hello"), shop.says("bye")) == (["Hi"], ["Ciao"])


async def test_an_import_is_in_the_audit_log(shop: Shop) -> None:
    await shop.put("hello: Hi\nbye: Ciao\n", "format=yaml&publish=true")
    line = (await shop.owner.get("/audit?verb=content.imported"))["items"][0]
    assert line["what"] == "imported content: 0 added, 2 changed, 0 removed"
    assert line["after"]["languages"] == ["en"]


async def test_exports_say_what_is_missing_in_the_question(shop: Shop) -> None:
    for query in ("format=csv", "format=xliff&to=en", "format=xliff&to=x!", "format=exe"):
        answer = await shop.owner.call("GET", f"{CONTENT}/export?{query}")
        assert answer.status_code in (400, 422), query
    answer = await shop.owner.call("GET", f"{CONTENT}/export?format=xliff&to=de")
    assert answer.headers["content-disposition"].endswith(".xlf")


def _translated(text: str, kind: str, english: str, german: str) -> str:
    if kind == "xliff":
        source = f"<source>{english}</source>\n"
        assert source in text
        return text.replace(source, f"{source}        <target>{german}</target>\n")
    assert f",{english},," in text
    return text.replace(f",{english},,", f",{english},{german},")
