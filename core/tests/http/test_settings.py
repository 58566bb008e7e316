"""Settings in the console: seen with their places, changed while the server runs, secrets sealed, stronger places locked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from core.tests.http.house import House, Skipping, Someone
from core.tests.http.served import serving
from core.tests.storage.postgres.servers import Server
from pydantic import BaseModel, Field, SecretStr

from gutenbot.app.settings import load_settings
from gutenbot.config.tables import SETTING
from gutenbot.kernel.sealing import FILE, Keyring
from gutenbot.kernel.settings import TomlFile
from gutenbot.modules.module import Module, Part
from gutenbot.storage.postgres import PostgresStorage

CANARY = "canary-9f8e7d6c5b4a"


class OfBot(BaseModel):
    greeting: str = Field("hello", max_length=20)


class ShopSettings(OfBot):
    """A shop."""

    bots: dict[str, dict[str, Any]] = Field(default_factory=dict)
    port: int = Field(8080, ge=1, le=65535, description="Where it listens.")
    api_key: SecretStr = SecretStr("")
    colour: str = "blue"


async def reach(app: Any, settings: ShopSettings) -> str:
    if settings.port == 1:
        raise ConnectionError("nobody listens")
    return f"reached {settings.port} with {len(settings.api_key.get_secret_value())} characters"


def shop(seen: list[ShopSettings] | None = None) -> Module:
    part = Part()
    if seen is not None:

        @part.on_settings
        async def changed(app: Any, settings: ShopSettings) -> None:
            seen.append(settings)

    return Module("shop", parts=[part], settings=ShopSettings, bot_settings=OfBot, test=reach)


@pytest_asyncio.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def shop_house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    clock = Skipping()
    if request.param == "sqlite":
        async with serving(tmp_path, dev=False, modules=[shop()], clock=clock) as served:
            yield House(served, clock)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.new_database()
    storage = PostgresStorage(url, clock)
    async with serving(tmp_path, dev=False, modules=[shop()], storage=storage, clock=clock) as served:
        yield House(served, clock)
    server.drop(url)


async def test_a_change_counts_at_once_and_says_where_it_comes_from(shop_house: House) -> None:
    owner = await shop_house.owner()
    before = await owner.get("/modules/shop/settings")
    assert before["settings"]["port"]["value"] == 8080
    assert before["settings"]["port"]["source"] == "default"
    assert "bots" not in before["settings"]
    assert before["form"]["properties"]["api_key"]["writeOnly"] is True
    after = await owner.do("PUT", "/modules/shop/settings", {"values": {"port": 81}, "revision": before["revision"]})
    assert (after["settings"]["port"]["value"], after["settings"]["port"]["source"]) == (81, "console")
    assert after["settings"]["port"]["changed_by"] == "Olga"
    assert shop_house.served.app.module_settings["shop"]["port"] == 81
    back = await owner.do("PUT", "/modules/shop/settings", {"values": {"port": None}})
    assert (back["settings"]["port"]["value"], back["settings"]["port"]["source"]) == (8080, "default")
    line = (await owner.get("/audit?verb=settings.changed"))["items"][-1]
    assert (line["before"], line["after"]) == ({"port": 8080}, {"port": 81})


async def test_sec_04_a_stolen_database_has_no_secret(shop_house: House) -> None:
    owner = await shop_house.owner()
    answer = await owner.do("PUT", "/modules/shop/settings", {"values": {"api_key": CANARY}})
    assert answer["settings"]["api_key"]["value"] == "•••"
    assert CANARY not in str(answer) + str(await owner.get("/audit"))
    rows = await shop_house.desk.read(lambda db: [dict(row) for row in db.execute(sa.select(SETTING)).mappings()])
    assert CANARY not in str(rows)
    assert rows[0]["key_id"]
    assert shop_house.served.app.module_settings["shop"]["api_key"] == CANARY
    kept = await owner.do("PUT", "/modules/shop/settings", {"values": {"api_key": "•••", "colour": "red"}})
    assert kept["settings"]["api_key"]["source"] == "console"
    assert shop_house.served.app.module_settings["shop"]["api_key"] == CANARY


async def test_sec_04_a_secret_opens_only_with_its_key_and_at_its_place(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    sealed, key_id = ring.seal(CANARY, ("modules.shop", "api_key"))
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert Keyring(tmp_path).open(sealed, key_id, ("modules.shop", "api_key")) == CANARY
    with pytest.raises(Exception, match="sealed with another key"):
        Keyring(tmp_path).open(sealed, key_id, ("modules.shop", "other"))
    with pytest.raises(Exception, match="sealed with another key"):
        Keyring(tmp_path / "elsewhere").open(sealed, key_id, ("modules.shop", "api_key"))
    given = (tmp_path / FILE).read_text("utf-8")
    other = Keyring(tmp_path / "other")
    other.seal("x", ("a",))
    theirs = (tmp_path / "other" / FILE).read_text("utf-8")
    both = f"{theirs.strip()},{given.strip()}"
    assert Keyring(None, both).open(sealed, key_id, ("modules.shop", "api_key")) == CANARY


async def test_what_is_wrong_is_told_by_field_and_nothing_is_kept(shop_house: House) -> None:
    owner = await shop_house.owner()
    answer = await owner.call("PUT", "/modules/shop/settings", {"values": {"port": 0, "colour": "red"}})
    assert answer.status_code == 422
    assert "greater than or equal to 1" in answer.json()["fields"]["port"]
    answer = await owner.call("PUT", "/modules/shop/settings", {"values": {"colur": "red"}})
    assert "colour" in str(answer.json()["detail"])
    answer = await owner.call("PUT", "/modules/shop/settings?bot=echo", {"values": {"greeting": "x" * 21}})
    assert "at most 20" in answer.json()["fields"]["greeting"]
    now = await owner.get("/modules/shop/settings")
    assert {one["source"] for one in now["settings"].values()} == {"default"}


async def test_what_differs_by_bot_is_set_by_bot(shop_house: House) -> None:
    owner = await shop_house.owner()
    await owner.do("PUT", "/modules/shop/settings?bot=echo", {"values": {"greeting": "hey"}})
    assert shop_house.served.app.module_settings["shop"]["bots"] == {"echo": {"greeting": "hey"}}
    assert await owner.refused("GET", "/modules/shop/settings?bot=none") == "settings.no-section"


async def test_two_who_change_the_same_are_told(shop_house: House) -> None:
    owner = await shop_house.owner()
    seen = (await owner.get("/modules/shop/settings"))["revision"]
    await owner.do("PUT", "/modules/shop/settings", {"values": {"port": 81}, "revision": seen})
    await owner.do("PUT", "/modules/shop/settings", {"values": {"colour": "red"}, "revision": seen})
    code = await owner.refused("PUT", "/modules/shop/settings", {"values": {"port": 82}, "revision": seen})
    assert code == "settings.changed"


async def test_settings_are_tried_before_they_are_kept(shop_house: House) -> None:
    owner = await shop_house.owner()
    await owner.do("PUT", "/modules/shop/settings", {"values": {"api_key": CANARY}})
    went = await owner.do("POST", "/modules/shop/settings/test", {"values": {"port": 99}})
    assert (went["ok"], went["said"]) == (True, f"reached 99 with {len(CANARY)} characters")
    went = await owner.do("POST", "/modules/shop/settings/test", {"values": {"port": 1}})
    assert (went["ok"], went["said"]) == (False, "ConnectionError: nobody listens")
    assert (await owner.get("/modules/shop/settings"))["settings"]["port"]["source"] == "default"


async def test_settings_of_the_server_count_at_once(house: House) -> None:
    owner = await house.owner()
    await owner.do(
        "PUT", "/settings/server", {"values": {"max_body_bytes": 2048, "base_url": "https://bot.example.org"}}
    )
    assert house.served.server.settings.max_body_bytes == 2048
    await owner.do("PUT", "/settings/console", {"values": {"session_hours": 2, "environment": "staging"}})
    assert (await owner.get("/session"))["environment"] == "staging"
    assert house.desk.span.whole.total_seconds() == 7200
    long = await owner.call("PUT", "/account/password", {"current": "x" * 3000, "new": "y"})
    assert long.status_code == 413
    link = (await owner.do("POST", "/invites", {"role": "agent"}))["link"]
    assert link.startswith("https://bot.example.org/console/")
    refusal = await owner.call("PUT", "/settings/server", {"values": {"port": 4000}})
    assert refusal.json()["code"] == "settings.locked"


async def test_rba_02_only_owners_decide_who_is_believed_about_addresses(house: House) -> None:
    owner = await house.owner()
    admin = await house.member(owner, "admin")
    oidc = {"corp": {"issuer": "https://id.example.org", "client_id": "me", "client_secret": CANARY}}
    assert await admin.refused("PUT", "/settings/console", {"values": {"oidc": oidc}}) == "http.forbidden"
    answer = await owner.do("PUT", "/settings/console", {"values": {"oidc": oidc}})
    assert answer["settings"]["oidc"]["value"]["corp"]["client_secret"] == "•••"
    assert CANARY not in str(await owner.get("/audit"))
    changed = answer["settings"]["oidc"]["value"]
    changed["corp"]["name"] = "Corp"
    await owner.do("PUT", "/settings/console", {"values": {"oidc": changed}})
    found = house.served.server.console.oidc["corp"]
    assert (found.name, found.client_secret.get_secret_value()) == ("Corp", CANARY)


async def test_what_a_file_or_the_environment_sets_is_locked(tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[shop()]) as served:
        live = served.app.settings
        toml = TomlFile("gutenbot.toml", {"modules": {"shop": {"colour": "green"}}})

        def load(console: Any) -> Any:
            modules = [entry.module for entry in served.app.installed.values()]
            return load_settings(toml, {"GUTENBOT_SHOP__PORT": "99"}, modules, console, ["echo"])

        live.use(load, load({}), Keyring())
        someone = Someone(served.client)
        found = (await someone.get("/modules/shop/settings"))["settings"]
        assert (found["port"]["locked"], found["colour"]["locked"]) == ("GUTENBOT_SHOP__PORT", "gutenbot.toml")
        assert (found["port"]["value"], found["colour"]["value"]) == (99, "green")
        answer = await someone.call("PUT", "/modules/shop/settings", {"values": {"port": 1}})
        assert (answer.status_code, answer.json()["code"]) == (409, "settings.locked")
        assert "GUTENBOT_SHOP__PORT" in answer.json()["detail"]


async def test_a_value_that_is_not_right_any_more_is_left_out_and_told(tmp_path: Path) -> None:
    async with serving(tmp_path, modules=[shop()]) as served:
        await Someone(served.client).do("PUT", "/modules/shop/settings", {"values": {"colour": "red", "port": 5}})

    class Narrow(BaseModel):
        colour: int = 1
        port: int = 8080

    async with serving(tmp_path, modules=[Module("shop", settings=Narrow)], keep=True) as served:
        found = await Someone(served.client).get("/modules/shop/settings")
        assert (found["settings"]["colour"]["value"], found["settings"]["port"]["value"]) == (1, 5)
        assert "valid integer" in found["left_out"][0]


@pytest.mark.postgres
async def test_all_workers_follow_a_change(postgres: Server, tmp_path: Path) -> None:
    url = postgres.new_database()
    async with (
        serving(tmp_path, modules=[shop()], storage=PostgresStorage(url, Skipping())) as one,
        serving(tmp_path, modules=[shop()], storage=PostgresStorage(url, Skipping())) as other,
    ):
        await Someone(one.client).do("PUT", "/modules/shop/settings", {"values": {"port": 4242}})
        async with asyncio.timeout(30):
            while other.app.module_settings.get("shop", {}).get("port") != 4242:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    postgres.drop(url)
