"""What is signed, and what is not taken for it: odd tokens, other tokens, and requests without any."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from gutenbot_channel_web.signing import Signer, new_visitor, site_user
from gutenbot_channel_web.testing import Website

SECRET = "a shared secret of a site"


def mac_of(words: str, secret: str = SECRET) -> str:
    """A signature, made without the code under test."""
    digest = hmac.new(secret.encode(), words.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def user_token(user: str, expires: int) -> str:
    """What a site's server says of its visitor."""
    part = base64.urlsafe_b64encode(json.dumps({"user": user, "expires": expires}).encode()).rstrip(b"=").decode()
    return f"{part}.{mac_of(part)}"


def soon(site: Website) -> int:
    """In an hour, in seconds since 1970."""
    return int(site.app.clock.now().timestamp()) + 3600


@pytest.fixture
async def shop(serve: Any) -> AsyncIterator[Website]:
    """A web chat whose site signs its visitors."""
    async with serve(settings={"identity_secret": SECRET}) as found:
        yield found


def jwt(algorithm: str, claims: dict[str, Any], secret: str = SECRET) -> str:
    """A JSON Web Token, which sites may have at hand and which is not what is asked for."""
    parts = [json.dumps({"alg": algorithm, "typ": "JWT"}), json.dumps(claims)]
    words = ".".join(base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts)
    return f"{words}." if algorithm == "none" else f"{words}.{mac_of(words, secret)}"


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS256"])
async def test_sig_08_no_web_token_is_taken_for_a_user_token_or_a_visitor(shop: Website, algorithm: str) -> None:
    token = jwt(algorithm, {"sub": "42", "user": "42", "aud": "echo", "expires": soon(shop), "exp": soon(shop)})
    answer = await shop.request("POST", "/web/echo/session", {"user_token": token})
    assert (answer.status, answer.code) == (401, "bad-user-token")
    for scheme in ("Visitor", "Bearer"):
        headers = {"authorization": f"{scheme} {token}"}
        assert (await shop.request("POST", "/web/echo/ticket", {}, headers=headers)).status == 401
    visitor = (await shop.visitor()).token
    for version in ("none", "0", "2", ""):
        headers = {"authorization": f"Visitor {version}{visitor[1:]}"}
        assert (await shop.request("POST", "/web/echo/ticket", {}, headers=headers)).status == 401


async def test_sig_08_a_user_token_for_one_bot_says_nothing_to_another_with_its_own_secret(serve: Any) -> None:
    own = {"bots": {"echo": {"identity_secret": SECRET}, "other": {"identity_secret": "another secret of a site"}}}
    async with serve("echo", "other", settings=own) as site:
        token = user_token("42", soon(site))
        assert (await site.request("POST", "/web/echo/session", {"user_token": token})).status == 200
        assert (await site.request("POST", "/web/other/session", {"user_token": token})).status == 401


def test_sig_09_everything_signed_is_compared_in_constant_time_on_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Any, Any]] = []
    real = hmac.compare_digest

    def recorded(one: Any, other: Any) -> bool:
        compared.append((one, other))
        return real(one, other)

    monkeypatch.setattr("gutenbot_channel_web.signing.hmac.compare_digest", recorded)
    signer, visitor = Signer(b"s" * 32), new_visitor("echo")
    token, ticket, key = signer.visitor_token(visitor, 1000), signer.ticket(visitor, 1000), signer.file_key("echo", "b")
    checks: list[Any] = [
        lambda: signer.visitor("echo", token, 1000),
        lambda: signer.redeem("echo", ticket, 1000),
        lambda: signer.opens_file("echo", "b", key),
        lambda: site_user(user_token("42", 2000), [SECRET], 1000),
    ]
    for check in checks:
        before = len(compared)
        assert check()
        assert len(compared) > before
    assert {(type(one), type(other)) for one, other in compared} == {(bytes, bytes)}


PROTECTED = [
    ("POST", "/ticket"), ("GET", "/conversations"), ("POST", "/conversations"), ("GET", "/conversations/{id}/events"),
    ("POST", "/conversations/{id}/messages"), ("GET", "/conversations/{id}/messages"), ("POST", "/conversations/{id}/read"),
    ("POST", "/conversations/{id}/typing"), ("POST", "/conversations/{id}/files"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PROTECTED)
async def test_sig_11_nothing_is_read_or_kept_before_the_visitor_is_known(
    site: Website, method: str, path: str
) -> None:
    owner = await site.visitor()
    conversation = await owner.conversation()
    body = {"id": str(uuid4()), "event": {"type": "message", "body": "hi"}, "n": 1}
    for token in ("", "1.x.y", owner.token[:-2] + "xx"):
        headers = {"authorization": f"Visitor {token}"} if token else {}
        place = f"/web/echo{path.replace('{id}', conversation)}"
        answer = await site.request(method, place, body if method == "POST" else None, headers=headers)
        assert answer.status == 401, answer.body
    assert (await owner.history(conversation))["entries"] == []
    assert len((await owner.call("GET", "/conversations")).json()["conversations"]) == 1


@pytest.mark.parametrize("bot", ["", "nobody", "ECHO", "echo%2F..", "undefined", "null"])
async def test_sig_12_without_the_name_of_a_bot_nobody_is_let_in_anywhere(serve: Any, bot: str) -> None:
    async with serve("echo", "other", settings={"default_bot": "echo"}) as site:
        answer = await site.request("POST", f"/web/{bot}/session", {})
        assert answer.status == 404
