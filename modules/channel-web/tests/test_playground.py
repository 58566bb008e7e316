"""The playground's chat: the protocol of the web chat, for those alone whom the server vouches for."""

from uuid import uuid4

from gutenbot.sdk import BotId
from gutenbot_channel_web.playground_server import make_playground_web
from gutenbot_channel_web.testing import Website, WebVisitor


async def playground(site: Website) -> tuple[Website, str]:
    """The playground of the same app, and a token for it."""
    from gutenbot.app.playground import Playground

    found = Website(site.app)
    found.asgi = make_playground_web(site.app)
    _, token = await Playground(site.app).begin(BotId("echo"), "account:olga")
    return found, token


def visitor(site: Website) -> WebVisitor:
    made = WebVisitor(site, "echo")
    made.root = "/playground/web/echo"
    return made


async def test_nobody_gets_in_without_a_token_of_the_server(site: Website) -> None:
    ground, token = await playground(site)
    stranger = visitor(ground)
    assert (await stranger.call("POST", "/session", {})).code == "bad-user-token"
    forged = f"{token.partition('.')[0]}.{'A' * 43}"
    assert (await stranger.call("POST", "/session", {"user_token": forged})).code == "bad-user-token"
    known = await site.visitor()
    stranger.token = known.token
    assert (await stranger.call("GET", "/conversations")).status == 401


async def test_it_is_the_same_chat_on_another_channel(site: Website) -> None:
    ground, token = await playground(site)
    somebody = visitor(ground)
    session = await somebody.start(user_token=token)
    assert session["bot"]["id"] == "echo"
    conversation = await somebody.conversation()
    await somebody.say(conversation, "hi", str(uuid4()))
    _, answer = await somebody.until(conversation, 2)
    assert answer["body"]["text"] == "You said: hi"
    loaded = await site.app.storage.load(conversation)  # type: ignore[arg-type]
    assert loaded.conversation.channel_id == "playground"
    assert set(await site.app.storage.tags(BotId("echo"), loaded.user.user_id)) == {"PLAYGROUND"}
    page = await ground.request("GET", "/playground/web/echo/page")
    assert page.status == 200
    assert b'data-base="/playground"' in page.body
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
