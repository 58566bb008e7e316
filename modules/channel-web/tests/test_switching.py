"""The web chat is switched off and on, and set, while people are connected."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import uuid4

from gutenbot_channel_web.channel import WebChannel
from gutenbot_channel_web.testing import Website

Serve = Callable[..., AbstractAsyncContextManager[Website]]


async def switched(site: Website, *, on: bool) -> None:
    site.app.switching.banned = {} if on else {"channel-web": "for a test"}
    await site.app.switching.follow(site.app.settings.now, site.app.settings.now)


async def test_mod_05_switched_off_it_has_no_sockets_and_comes_back_with_its_conversations(serve: Serve) -> None:
    async with serve() as site:
        visitor = await site.visitor()
        conversation = await visitor.conversation()
        await visitor.say(conversation, "hi", str(uuid4()))
        await visitor.until(conversation, 2)
        chat = site.app.channels["web"].chat  # type: ignore[attr-defined]
        async with visitor.socket() as socket:
            await switched(site, on=False)
            assert (await socket.frame())["code"] == "shutting-down"
        assert chat.lines == 0
        assert set(vars_of(site).values()) == {0}
        assert (await visitor.say(conversation, "still there?", str(uuid4()))).status == 503
        await switched(site, on=True)
        assert (await visitor.say(conversation, "and now?", str(uuid4()))).status < 300
        entries = await visitor.until(conversation, 4)
        assert entries[-1]["body"]["text"] == "You said: and now?"


def vars_of(site: Website) -> dict[str, int]:
    left = site.app.switching.left("channel-web")
    return {name: getattr(left, name) for name in left.__slots__}


async def test_a_new_look_counts_at_once_and_nobody_is_thrown_out(serve: Serve) -> None:
    async with serve() as site:
        visitor = await site.visitor()
        async with visitor.socket() as socket:
            channel = site.app.channels["web"]
            assert isinstance(channel, WebChannel)
            section = site.app.settings.section("modules.channel-web.bots.echo")
            assert section.module is not None
            change = site.app.settings.plan(section, {"theme": "terminal", "title": "New"})
            assert change.after == {"theme": "terminal", "title": "New"}
            for part in section.module.parts:
                for taker in part.notes.resetters:
                    wanted = section.module.settings
                    assert wanted is not None
                    await taker(site.app, wanted.model_validate({"bots": {"echo": change.after}}))
            assert channel.chat.of("echo").theme == "terminal"
            await socket.send(t="ping")
            assert (await socket.frame())["t"] == "pong"
