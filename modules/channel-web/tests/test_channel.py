"""The module, its settings and the channel contract."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gutenbot import Bot
from gutenbot.sdk import Channel
from gutenbot.testing import ChannelContract
from gutenbot_channel_web import module
from gutenbot_channel_web.channel import WebChannel
from gutenbot_channel_web.settings import BotSettings, WebSettings, read_settings
from gutenbot_channel_web.testing import Website


@pytest.fixture
async def channel(site: Website) -> Channel:
    return site.app.channels["web"]


class TestWebChannel(ChannelContract):
    """The web channel keeps the contract."""


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in WebSettings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"accent": "red"}, {"accent": "#12345"}, {"secret": "short"}, {"identity_secret": "short"}, {"burst": "sometimes"},
        {"unknown": 1}, {"bots": {"echo": {"titel": "x"}}}, {"bots": {"echo": {"secret": "x" * 20}}}, {"locales": ["../x"]},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read_settings(wrong)


def test_a_bot_may_differ_from_the_others() -> None:
    settings = read_settings({"accent": "#112233", "bots": {"shop": {"title": "Shop"}}})
    assert (settings.of("shop").title, settings.of("shop").accent) == ("Shop", "#112233")
    assert settings.of("echo") == BotSettings.model_validate({"accent": "#112233"})


async def test_wrong_settings_disable_this_module_and_no_bot(serve: Any) -> None:
    async with serve(settings={"accent": "red"}) as site:
        assert site.app.installed[module.name].state == "failed"
        assert "accent" in site.app.installed[module.name].reason
        assert list(site.app.bots) == ["echo"]
        assert len(site.app.registries["asgi_apps"]) == 0


async def test_the_module_contributes_its_addresses(site: Website) -> None:
    assert [name for name, _ in site.app.registries["asgi_apps"]] == [
        "/web",
        "/playground",
        "/w.js",
        "/favicon.ico",
        "/",
    ]


async def test_the_session_tells_what_the_chat_looks_like(serve: Any) -> None:
    bot = Bot("shop", title="Pizza shop", description="Day and night")
    settings = {"accent": "#112233", "avatar": "chef.png", "start_payload": "", "locales": ["en", "fr"]}
    async with serve(bot, settings=settings) as site:
        session = (await site.visitor("shop")).session
        wanted = {"id": "shop", "name": "Pizza shop", "avatar": "media/chef.png", "description": "Day and night"}
        assert session["bot"] == wanted
        config = session["config"]
        assert (config["accent"], config["start_payload"], config["locales"]) == ("#112233", "", ["en", "fr"])
        assert session["limits"] == {
            "text": 8000, "file_bytes": 25 << 20, "file_types": [], "rate": {"messages": 10, "seconds": 10},
        }  # fmt: skip
        assert (session["conversation"], session["conversations"]) == (None, [])
        assert session["expires_s"] == 365 * 86400
        assert "secret" not in str(session)


async def test_the_secret_stays_the_same_over_restarts(serve: Any) -> None:
    async with serve() as site:
        token = (await site.visitor()).token
        kept = await site.app.storage.kv_get("channel-web", "secret")
    async with serve() as site:
        await site.visitor(visitor=token)
        assert await site.app.storage.kv_get("channel-web", "secret") == kept


async def test_a_debouncing_chat_answers_quick_messages_once(serve: Any) -> None:
    async with serve(settings={"burst": "debounce"}) as site:
        channel = site.app.channels["web"]
        assert isinstance(channel, WebChannel)
        assert channel.burst == "debounce"


def test_the_readme_names_every_setting() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert [name for name in WebSettings.model_fields if f"`{name}`" not in readme and f".{name}." not in readme] == []
