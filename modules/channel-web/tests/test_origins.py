"""Which sites may use the chat."""

from typing import Any

import pytest

from gutenbot_channel_web.origins import frame_ancestors, is_allowed
from gutenbot_channel_web.testing import HOST, ORIGIN, Website

EVIL = [
    "https://evil.example",
    "null",
    f"https://{HOST}.evil.example",
    f"https://{HOST}:8443",
    "https://",
    "x",
    f"https://{HOST}/",
]


@pytest.mark.parametrize("origin", EVIL)
async def test_sock_01_a_page_of_another_site_gets_no_session_no_ticket_no_socket_and_no_stream(
    site: Website, origin: str
) -> None:
    visitor = await site.visitor()
    conversation = await visitor.conversation()
    ticket = await visitor.ticket()
    headers = {"origin": origin}
    for path in ("/session", "/ticket", "/conversations"):
        answer = await visitor.call("POST", path, {}, headers=headers)
        assert (answer.status, answer.code) == (403, "foreign-origin")
        assert "access-control-allow-origin" not in answer.headers
    async with visitor.socket(query={"ticket": ticket}, headers=headers) as socket:
        assert socket.handshake["status"] == 403
    async with visitor.stream(conversation, query={"ticket": ticket}, headers=headers) as stream:
        assert stream.start["status"] == 403
    async with visitor.socket(query={"ticket": ticket}) as socket:
        assert socket.handshake["type"] == "websocket.accept"


async def test_a_listed_site_may_read_answers_without_any_cookie(serve: Any) -> None:
    async with serve(settings={"origins": ["https://shop.example.com"]}) as site:
        headers = {"origin": "https://shop.example.com", "access-control-request-method": "POST"}
        preflight = await site.request("OPTIONS", "/web/echo/session", headers=headers)
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == "https://shop.example.com"
        assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
        answer = await site.request("POST", "/web/echo/session", {}, headers=headers)
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == "https://shop.example.com"
        assert answer.headers["vary"] == "Origin"
        assert not {"access-control-allow-credentials", "set-cookie"} & set(answer.headers)
        problem = await site.request("POST", "/web/echo/ticket", {}, headers=headers)
        assert problem.headers["access-control-allow-origin"] == "https://shop.example.com"
        foreign = await site.request("OPTIONS", "/web/echo/session", headers={"origin": "https://evil.example"})
        assert foreign.status == 403


async def test_a_client_that_is_no_browser_needs_a_token(site: Website) -> None:
    visitor = await site.visitor()
    site.origin = ""
    assert (await visitor.call("POST", "/ticket", {})).status == 200
    async with visitor.socket() as socket:
        assert socket.handshake["type"] == "websocket.accept"
    async with visitor.socket(query={"ticket": "x"}) as socket:
        assert socket.handshake["status"] == 401
    assert (await site.request("POST", "/web/echo/ticket", {})).status == 401


async def test_bots_have_lists_of_their_own(serve: Any) -> None:
    settings = {"bots": {"one": {"origins": ["https://one.example"]}, "two": {"origins": ["*"]}}}
    async with serve("one", "two", settings=settings) as site:
        for bot, origin, status in (
            ("one", "https://one.example", 200), ("one", "https://two.example", 403), ("two", "https://two.example", 200),
        ):  # fmt: skip
            answer = await site.request("POST", f"/web/{bot}/session", {}, headers={"origin": origin})
            assert answer.status == status


def test_while_developing_pages_of_this_machine_may() -> None:
    for origin in ("http://localhost:5173", "http://127.0.0.1:8000", "http://[::1]:80", "http://shop.localhost"):
        assert is_allowed(origin, HOST, [], developing=True)
        assert not is_allowed(origin, HOST, [], developing=False)
    for origin in (
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "null",
        "http://evil.example#localhost",
    ):
        assert not is_allowed(origin, HOST, [], developing=True)


def test_default_ports_and_case_make_no_difference() -> None:
    assert is_allowed(ORIGIN.upper().replace("HTTPS", "https"), HOST, [], developing=False)
    assert is_allowed(ORIGIN, f"{HOST}:443", [], developing=False)
    assert is_allowed("https://Shop.example.com", HOST, ["https://shop.example.com:443/"], developing=False)
    assert not is_allowed("http://shop.example.com", HOST, ["https://shop.example.com"], developing=False)


def test_the_same_list_says_who_may_embed() -> None:
    assert frame_ancestors([], developing=False) == "'self'"
    assert frame_ancestors(["https://a.example", "x; script-src *"], developing=False) == "'self' https://a.example"
    assert frame_ancestors(["*"], developing=False) == "*"
