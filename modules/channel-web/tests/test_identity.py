"""Who is who: visitor tokens, tickets, user tokens, and conversations of others."""

import base64
import hashlib
import hmac
import json
import random
from typing import Any
from uuid import uuid4

import pytest

from gutenbot.sdk import BotId, ChannelId
from gutenbot_channel_web.errors import BadTicket, BadUserToken, UnknownVisitor
from gutenbot_channel_web.signing import Signer, new_visitor, site_user
from gutenbot_channel_web.testing import Website

SECRET = "a shared secret of a site"
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=+/ é\x00"


def user_token(user: Any, expires: Any, secret: str = SECRET, **more: Any) -> str:
    """As a site's server makes it, written without the code under test."""
    part = base64.urlsafe_b64encode(json.dumps({"user": user, "expires": expires, **more}).encode()).rstrip(b"=")
    return f"{part.decode()}.{_mac(part, secret)}"


def _mac(part: bytes, secret: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(secret.encode(), part, hashlib.sha256).digest()).rstrip(b"=").decode()


def mutated(token: str, chance: random.Random) -> str:
    """The token with one thing wrong."""
    place = chance.randrange(len(token))
    kind = chance.randrange(4)
    if kind == 0:
        return token[:place] + token[place + 1 :]
    if kind == 1:
        return token[:place] + chance.choice(ALPHABET) + token[place:]
    if kind == 2:
        return token[:place] + chr(ord(token[place]) ^ (1 << chance.randrange(7))) + token[place + 1 :]
    return token[:place] + chance.choice(ALPHABET) + token[place + 1 :]


def accepted(tokens: list[str], check: Any, refusal: type[Exception]) -> int:
    """How many of them pass; anything but the proper refusal is a mistake of its own."""
    count = 0
    for token in tokens:
        try:
            check(token)
        except refusal:
            continue
        count += 1
    return count


def mutations(token: str, count: int = 10_000) -> list[str]:
    chance = random.Random(1)
    return [found for found in (mutated(token, chance) for _ in range(count)) if found != token]


# Visitor tokens -----------------------------------------------------------------------------------------------------


def test_sig_03_of_ten_thousand_mutated_visitor_tokens_none_is_taken() -> None:
    signer = Signer(b"s" * 32)
    token = signer.visitor_token(new_visitor("echo"), 1000)
    assert signer.visitor("echo", token, 1000).bot == "echo"
    assert accepted(mutations(token), lambda one: signer.visitor("echo", one, 1000), UnknownVisitor) == 0


def test_a_visitor_token_lasts_a_year_and_not_longer() -> None:
    signer = Signer(b"s" * 32)
    token = signer.visitor_token(new_visitor("echo"), 1000)
    signer.visitor("echo", token, 1000 + 364 * 86400)
    for now in (1000 + 366 * 86400, 0):
        with pytest.raises(UnknownVisitor):
            signer.visitor("echo", token, now)


def test_sig_07_a_visitor_token_is_for_one_bot_one_purpose_and_one_server() -> None:
    signer = Signer(b"s" * 32)
    visitor = new_visitor("echo")
    token = signer.visitor_token(visitor, 1000)
    foreign = [
        (signer, "other", token),
        (Signer(b"t" * 32), "echo", token),
        (signer, "echo", signer.ticket(visitor, 1000)),
    ]
    for checks, bot, presented in foreign:
        with pytest.raises(UnknownVisitor):
            checks.visitor(bot, presented, 1000)


@pytest.mark.parametrize(
    "header", ["", "Visitor", "Visitor ", "Bearer x", "Visitor 1.é.ÿ", "Visitor 1..", "Visitor \x7f.."]
)
async def test_sig_01_odd_authorization_headers_are_refused(site: Website, header: str) -> None:
    answer = await site.request("POST", "/web/echo/ticket", {}, headers={"authorization": header})
    assert (answer.status, answer.code) == (401, "unknown-visitor")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_forged_visitor_begins_as_somebody_new(site: Website) -> None:
    known = await site.visitor()
    conversation = await known.conversation()
    forged = await site.visitor(visitor=known.token[:-2] + "xx")
    assert forged.session["conversations"] == []
    answer = await forged.call("GET", f"/conversations/{conversation}/messages")
    assert (answer.status, answer.code) == (404, "unknown-conversation")


async def test_a_visitor_token_is_renewed_by_every_session(site: Website, clock: Any) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    for _ in range(3):
        clock.advance(days=300)
        session = await visitor.start()
        assert [one["id"] for one in session["conversations"]] == [conversation]


# Tickets ------------------------------------------------------------------------------------------------------------


async def test_a_ticket_is_good_once(site: Website) -> None:
    visitor = await site.visitor()
    query = {"ticket": await visitor.ticket()}
    async with visitor.socket(query=query) as socket:
        assert socket.handshake["type"] == "websocket.accept"
    async with visitor.socket(query=query) as socket:
        assert (socket.handshake["type"], socket.handshake["status"]) == ("websocket.http.response.start", 401)


async def test_the_ticket_of_a_session_opens_a_socket(site: Website) -> None:
    visitor = await site.visitor()
    async with visitor.socket(query={"ticket": visitor.session["ticket"]}) as socket:
        assert socket.handshake["type"] == "websocket.accept"


def test_a_ticket_is_good_for_thirty_seconds() -> None:
    signer = Signer(b"s" * 32)
    signer.redeem("echo", signer.ticket(new_visitor("echo"), 1000), 1030)
    for now in (1031, 900):
        with pytest.raises(BadTicket):
            signer.redeem("echo", signer.ticket(new_visitor("echo"), 1000), now)


def test_used_tickets_are_forgotten_only_when_they_are_too_old_to_be_used() -> None:
    signer = Signer(b"s" * 32)
    tickets = [(at, signer.ticket(new_visitor("echo"), at)) for at in range(1000, 1200)]
    for at, ticket in tickets:
        signer.redeem("echo", ticket, at)
        with pytest.raises(BadTicket):
            signer.redeem("echo", ticket, at)
    assert len(signer._used) < 100


def test_of_ten_thousand_mutated_tickets_none_is_taken() -> None:
    signer = Signer(b"s" * 32)
    ticket = signer.ticket(new_visitor("echo"), 1000)
    assert accepted(mutations(ticket), lambda one: signer.redeem("echo", one, 1000), BadTicket) == 0


async def test_sock_02_a_ticket_of_one_bot_opens_no_socket_of_another(serve: Any) -> None:
    async with serve("one", "two") as site:
        first, second = await site.visitor("one"), await site.visitor("two")
        async with second.socket(query={"ticket": await first.ticket()}) as socket:
            assert socket.handshake["status"] == 401


# Conversations of others --------------------------------------------------------------------------------------------


async def test_a_foreign_conversation_looks_like_one_that_does_not_exist(site: Website) -> None:
    owner, stranger = await site.visitor(), await site.visitor()
    conversation = await owner.conversation()
    await owner.say(conversation, "secret", str(uuid4()))
    await owner.until(conversation, 2)
    for method, what, body in (
        ("GET", "messages", None),
        ("POST", "messages", {"id": str(uuid4()), "event": {"type": "message", "body": "hi"}}),
        ("POST", "read", {"n": 1}),
        ("POST", "typing", {}),
        ("POST", "files", b"text"),
    ):
        query = {"id": str(uuid4()), "name": "a.txt"}
        foreign = await stranger.call(method, f"/conversations/{conversation}/{what}", body, query=query)
        missing = await stranger.call(method, f"/conversations/{'0' * 26}/{what}", body, query=query)
        assert (foreign.status, foreign.body) == (404, missing.body), what
    async with stranger.socket() as socket:
        for other in (conversation, "0" * 26, "", "'; DROP TABLE inbox", "\ud800", "x" * 10_000):
            await socket.send(t="open", conversation=other, after=0)
            assert (await socket.frame())["code"] == "unknown-conversation"
    async with stranger.stream(conversation) as stream:
        assert stream.start["status"] == 404
    assert (await owner.history(conversation))["last_n"] == 2


async def test_sock_02_a_socket_of_one_bot_cannot_follow_a_conversation_of_another(serve: Any) -> None:
    async with serve("one", "two") as site:
        first, second = await site.visitor("one"), await site.visitor("two")
        conversation = await second.conversation()
        async with first.socket() as socket:
            await socket.send(t="open", conversation=conversation, after=0)
            assert (await socket.frame())["code"] == "unknown-conversation"


# User tokens --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def shop(serve: Any) -> Any:
    """A bot whose site says who its visitors are."""
    async with serve(settings={"identity_secret": SECRET}) as found:
        yield found


def soon(site: Website, seconds: int = 3600) -> int:
    return int(site.app.clock.now().timestamp()) + seconds


async def test_the_same_user_on_two_devices_is_one_person(shop: Website) -> None:
    token = user_token("42", soon(shop))
    phone, laptop = await shop.visitor(user_token=token), await shop.visitor(user_token=token)
    conversation = await phone.conversation()
    await phone.say(conversation, "from the phone", str(uuid4()))
    assert [one["id"] for one in (await laptop.start(user_token=token))["conversations"]] == [conversation]
    assert len(await laptop.until(conversation, 2)) == 2
    other = await shop.visitor(user_token=user_token("43", soon(shop)))
    assert other.session["conversations"] == []


async def test_what_was_said_anonymously_belongs_to_the_person_who_signs_in(shop: Website) -> None:
    visitor = await shop.visitor(locale="fr")
    before = await visitor.conversation()
    await visitor.say(before, "hi", str(uuid4()))
    await visitor.until(before, 2)
    token = user_token(42, soon(shop), profile={"first_name": "Ada", "locale": "de", "time_zone": "../x", "odd": 1})
    await visitor.start(user_token=token)
    assert [one["id"] for one in visitor.session["conversations"]] == [before]
    after = await visitor.conversation()
    assert (await visitor.say(before, "again", str(uuid4()))).json()["n"] == 3
    await visitor.until(before, 4)
    laptop = await shop.visitor(user_token=token)
    assert {one["id"] for one in laptop.session["conversations"]} == {before, after}
    user = await shop.app.storage.find_user(BotId("echo"), ChannelId("web"), "user:42")
    assert user is not None
    assert user.profile == {"first_name": "Ada", "locale": "de"}


async def test_who_signs_out_of_a_shared_machine_is_somebody_new(shop: Website) -> None:
    visitor = await shop.visitor(user_token=user_token("42", soon(shop)))
    await visitor.conversation()
    await visitor.start()
    assert visitor.session["conversations"] == []
    await visitor.start(user_token=user_token("43", soon(shop)))
    assert visitor.session["conversations"] == []


async def test_sig_02_without_a_secret_no_user_token_is_taken(site: Website) -> None:
    for secret in (SECRET, "", "None"):
        answer = await site.request("POST", "/web/echo/session", {"user_token": user_token("42", soon(site), secret)})
        assert (answer.status, answer.code) == (401, "bad-user-token")


async def test_sig_01_odd_user_tokens_are_refused_and_never_crash(shop: Website) -> None:
    good = user_token("42", soon(shop))
    part, mac = good.split(".")
    for odd in (
        ".", "x", part, f"{part}.", f".{mac}", f"{part}.{mac[:-1]}", f"{part}.{mac.upper()}", f"{part}.{mac}.{mac}",
        "é.é", "\ud800.\ud800", "\x00", f"sha256={mac}", "a" * 60_000, f"{part}.{mac}, {good}",
    ):  # fmt: skip
        answer = await shop.request("POST", "/web/echo/session", {"user_token": odd})
        assert (answer.status, answer.code) == (401, "bad-user-token"), odd[:50]
    assert (await shop.request("POST", "/web/echo/session", {"user_token": f"{good}="})).status == 200


def test_sig_03_of_ten_thousand_mutated_user_tokens_none_is_taken() -> None:
    token = user_token("42", 2000, profile={"first_name": "Ada"})
    assert site_user(token, [SECRET], 1000).user == "42"
    found = [one for one in mutations(token) if one.rstrip("=") != token]
    assert accepted(found, lambda one: site_user(one, [SECRET], 1000), BadUserToken) == 0


NO_USERS = [("", 2000), ("x" * 129, 2000), ("a\nb", 2000), (None, 2000), (True, 2000), ([1], 2000)]
NO_MOMENTS = [("42", None), ("42", "2000"), ("42", True)]


@pytest.mark.parametrize(("user", "expires"), [*NO_USERS, *NO_MOMENTS])
def test_a_signed_user_token_must_make_sense(user: Any, expires: Any) -> None:
    with pytest.raises(BadUserToken):
        site_user(user_token(user, expires), [SECRET], 1000)


async def test_sig_05_an_old_user_token_is_refused_unless_the_visitor_is_known_by_it(shop: Website, clock: Any) -> None:
    token = user_token("42", soon(shop, 60))
    visitor = await shop.visitor(user_token=token)
    conversation = await visitor.conversation()
    clock.advance(minutes=2)
    for body in ({"user_token": token}, {"user_token": token, "visitor": (await shop.visitor()).token}):
        answer = await shop.request("POST", "/web/echo/session", body)
        assert (answer.status, answer.code) == (401, "bad-user-token")
    await visitor.start(user_token=token)
    assert [one["id"] for one in visitor.session["conversations"]] == [conversation]


async def test_sig_06_two_secrets_are_valid_while_one_is_exchanged(serve: Any) -> None:
    new = "the next secret of the site"
    async with serve(settings={"identity_secret": [SECRET, new]}) as site:
        for secret in (SECRET, new):
            await site.visitor(user_token=user_token("42", soon(site), secret))
    async with serve(settings={"identity_secret": new}) as site:
        answer = await site.request("POST", "/web/echo/session", {"user_token": user_token("42", soon(site))})
        assert answer.status == 401


# Language and time --------------------------------------------------------------------------------------------------


async def test_a_bot_learns_language_and_time_zone_before_the_first_word(site: Website) -> None:
    visitor = await site.visitor(locale="fr-CA", time_zone="America/Montreal")
    await visitor.conversation()
    user = await site.app.storage.find_user(BotId("echo"), ChannelId("web"), _sender(visitor.token))
    assert user is not None
    assert (user.profile["locale"], user.profile["time_zone"]) == ("fr-CA", "America/Montreal")
    await visitor.start(locale="de")
    user = await site.app.storage.find_user(BotId("echo"), ChannelId("web"), _sender(visitor.token))
    assert user is not None
    assert user.profile["locale"] == "de"


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "/etc/passwd", "Mars/Olympus", "", "Europe", "x" * 500, "\x00", "UTC\n"]
)
async def test_nonsense_about_language_and_time_zone_is_left_out(site: Website, zone: str) -> None:
    visitor = await site.visitor(locale="{{ 7*7 }}", time_zone=zone)
    await visitor.conversation()
    user = await site.app.storage.find_user(BotId("echo"), ChannelId("web"), _sender(visitor.token))
    assert user is not None
    assert user.profile == {}


def _sender(token: str) -> str:
    part = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(part + "=="))["v"])
