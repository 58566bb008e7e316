"""Types of content and collections over HTTP."""

from pathlib import Path

from core.tests.http.served import serving
from pydantic import BaseModel, Field

from gutenbot import Bot
from gutenbot.modules.module import Module


class Joke(BaseModel):
    """A joke.

    More about it.
    """

    words: str = Field(title="The joke", max_length=200, json_schema_extra={"x-widget": "text"})
    year: int = 0


class Product(BaseModel):
    """A product."""

    name: str

    def render(self) -> list[str]:
        """Says it."""
        return [self.name]


def bot_in(folder: Path) -> Bot:
    bot = Bot("fun")
    bot.folder = folder
    bot.content_folder.mkdir(exist_ok=True)
    bot.content_type(title="Jokes")(Joke)
    yaml = "".join(f"j{n}: {{type: joke, words: Joke {n}, year: {2000 + n}}}\n" for n in range(5))
    (bot.content_folder / "joke.yaml").write_text(yaml + "p: {type: product, name: Joke book}\n", "utf-8")
    return bot


def shop() -> Module:
    module = Module("shop")
    module.content_type(collection=False)(Product)
    return module


async def test_types_come_with_a_schema_and_say_where_they_come_from(tmp_path: Path) -> None:
    async with serving(tmp_path, bot_in(tmp_path), modules=[shop()]) as served:
        found = {one["name"]: one for one in (await served.client.get("/api/v1/bots/fun/content/types")).json()}
        assert {"text", "choices", "card", "carousel", "media", "form", "list", "location", "template"} <= found.keys()
        joke, product, text = found["joke"], found["product"], found["text"]
        assert (joke["title"], joke["description"], joke["source"]) == ("Jokes", "A joke.", "fun")
        assert (joke["collection"], joke["renders"], joke["natural"]) == (True, False, False)
        assert joke["schema"]["properties"]["words"]["x-widget"] == "text"
        assert joke["ui"] == {"order": ["words", "year"], "preview": "words"}
        assert (product["source"], product["collection"], product["renders"]) == ("shop", False, True)
        assert (text["source"], text["natural"], text["group"]) == ("core", True, "Messages")


async def test_collections_are_counted_and_asked(tmp_path: Path) -> None:
    async with serving(tmp_path, bot_in(tmp_path), modules=[shop()]) as served:
        path = "/api/v1/bots/fun/content/collections"
        assert (await served.client.get(path)).json() == [
            {"name": "joke", "title": "Jokes", "description": "A joke.", "count": 5, "fields": ["words", "year"],
             "picked": []}
        ]  # fmt: skip
        asked = {"where": {"year": {"min": 2001}}, "q": "joke", "sort": "-year", "limit": 3}
        first = (await served.client.post(f"{path}/joke/query", json=asked)).json()
        assert [one["id"] for one in first["items"]] == ["j4", "j3", "j2"]
        assert first["items"][0]["value"] == {"words": "Joke 4", "year": 2004}
        assert (first["total"], first["next"]) == (4, "j2")
        second = (await served.client.post(f"{path}/joke/query", json={**asked, "after": "j2"})).json()
        assert ([one["id"] for one in second["items"]], second["next"]) == (["j1"], None)


PICKS = """async def joke(chat):
    found = chat.content.pick("joke", where={"year": 2001})
    again = chat.content.query(collection="joke") or chat.content.get("j2")
"""


async def test_code_that_picks_of_a_collection_is_told_of_it_and_of_its_items(tmp_path: Path) -> None:
    bot = bot_in(tmp_path)
    (tmp_path / "bot.py").write_text(PICKS, encoding="utf-8")
    async with serving(tmp_path, bot, modules=[shop()]) as served:
        at = "/api/v1/bots/fun/content"
        get, post = served.client.get, served.client.post
        (joke,) = (await get(f"{at}/collections")).json()
        assert joke["picked"] == ["bot.py:2", "bot.py:3"]
        uses = (await get(f"{at}/items/j1")).json()["uses"]
        assert [(one["kind"], one["place"], one["words"]) for one in uses] == [
            ("collection", "bot.py:2", "picks of joke"), ("collection", "bot.py:3", "picks of joke")
        ]  # fmt: skip
        assert [one["words"] for one in (await get(f"{at}/items/j2")).json()["uses"]][:1] == ["asked for"]
        assert {one["id"]: one["used_by"] for one in (await get(f"{at}?type=joke")).json()["items"]}["j2"] == 3
        assert [one["id"] for one in (await get(f"{at}?unused=true")).json()["items"]] == ["p"]
        renamed = (await post(f"{at}/items/j2/rename", json={"to": "joke.two"})).json()
        assert "bot.py:2: picks of joke, whatever its items are called" in renamed["changed"]
        assert 'content.get("joke.two")' in renamed["patch"]


async def test_the_last_of_a_collection_that_code_picks_of_is_not_removed(tmp_path: Path) -> None:
    bot = bot_in(tmp_path)
    (bot.content_folder / "joke.yaml").unlink()
    (tmp_path / "bot.py").write_text(PICKS, encoding="utf-8")
    async with serving(tmp_path, bot) as served:
        at = "/api/v1/bots/fun/content/items"
        for name in ("one", "two"):
            item = {"id": name, "type": "joke", "locale": "en", "yaml": "{type: joke, words: Ha}"}
            assert (await served.client.post(at, json=item)).status_code == 201
            assert (await served.client.post(f"{at}/{name}/locales/en/publish", json={})).status_code == 200
        assert (await served.client.delete(f"{at}/one")).status_code == 204
        last = await served.client.delete(f"{at}/two")
        assert (last.status_code, last.json()["code"]) == (409, "content.in-use")
        assert "bot.py:2" in last.json()["detail"]


async def test_what_cannot_be_asked_is_told(tmp_path: Path) -> None:
    async with serving(tmp_path, bot_in(tmp_path)) as served:
        path = "/api/v1/bots/fun/content/collections"
        unknown = await served.client.post(f"{path}/jokes/query", json={})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "content.unknown-collection")
        wrong = await served.client.post(f"{path}/joke/query", json={"where": {"year": {"least": 1}}})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "content.wrong-query")


async def test_a_type_that_cannot_be_disables_its_module_alone(tmp_path: Path) -> None:
    module = Module("shop")
    module.content_type("card")(Product)
    async with serving(tmp_path, bot_in(tmp_path), modules=[module]) as served:
        assert served.app.installed["shop"].state == "failed"
        assert "card" in served.app.installed["shop"].reason
        assert "fun" in served.app.bots
