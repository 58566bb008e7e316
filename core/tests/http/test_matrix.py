"""Who may call what: every role on every route; and that every change leaves its line in the audit log."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa
from core.tests.http import bulk_writes, content_writes, media_writes, module_writes
from core.tests.http.house import PASSWORD, House, Skipping
from core.tests.http.served import CHEAP, Served, echo_bot, serving
from core.tests.http.writes import CONVERSE, NO_LINE, WRITES

from gutenbot import Bot, Chat
from gutenbot.accounts import people, sessions
from gutenbot.accounts.permissions import ROLES, SELF
from gutenbot.accounts.tables import AUDIT
from gutenbot.http.api import PUBLIC, every_route, make_api
from gutenbot.http.auth import PLAIN_COOKIE, SAFE
from gutenbot.http.permission import Everybody
from gutenbot.kernel.ids import conversation_id, user_id
from gutenbot.turns.playground import PlaygroundChannel

SENTENCES: dict[str, str] = json.loads(
    (Path(__file__).parents[3] / "ui/apps/console/src/features/audit/sentences/en.json").read_text("utf-8")
)
MORE_WRITES = (bulk_writes, content_writes, media_writes, module_writes)
"""Rooms that add calls of their own to the writes."""


def routes_of(served: Served) -> Iterator[tuple[str, str, str]]:
    """(method, path, permission) of all routes."""
    api = make_api(served.app, served.server.gate)
    for path, methods, permission in every_route(api):
        if path not in PUBLIC:
            yield from ((method, path, permission) for method in sorted(methods))
    yield from (("GET", CONVERSE, "bots:converse"), ("POST", CONVERSE, "bots:converse"))


async def test_rba_01_every_role_may_call_exactly_what_it_is_allowed_to(tmp_path: Path) -> None:
    async with serving(tmp_path, dev=False, clock=Skipping()) as served:
        routes = list(routes_of(served))
        assert len(routes) > 50
        assert all(permission for _, _, permission in routes), "a route says which permission it needs"
        desk = served.server.gate.desk
        kept = await CHEAP.hash(PASSWORD)
        for role in ROLES:
            email = f"{role}@example.org"
            await desk.write(partial(people.add, now_ms=0, email=email, name=role, role=role, password=kept))
        wrong = []
        for method, path, permission in routes:
            for role in ("", *ROLES):
                code = await _try(served, role, method, path)
                if code != _expected(role, permission) and not (
                    code == "other" and _expected(role, permission) == "other"
                ):
                    wrong.append((role or "nobody", method, path, code))
        assert wrong == []


def _expected(role: str, permission: str) -> str:
    if permission == Everybody.permission:
        return "other"
    if not role:
        return "http.unauthenticated"
    return "other" if permission == SELF or permission in ROLES[role].permissions else "http.forbidden"


async def _try(served: Served, role: str, method: str, path: str) -> str:
    """The code of a call with an empty body, to objects that are not there; `other` for what is no question of rights."""
    desk = served.server.gate.desk
    headers = {"host": "localhost", "origin": "http://localhost"}
    if role:
        now = desk.now_ms()

        def opened(db: sa.Connection) -> tuple[str, str]:
            account = people.by_email(db, f"{role}@example.org")
            assert account is not None
            secret = sessions.open_session(db, account["id"], now, desk.span)
            found = sessions.find(db, secret, now, desk.span)
            assert found is not None
            return secret, found.session["csrf"]

        secret, csrf = await desk.write(opened)
        headers |= {"cookie": f"{PLAIN_COOKIE}={secret}", "x-csrf-token": csrf}
    filled = re.sub(r"\{bot\}", "echo", path)
    filled = re.sub(r"\{seq\}", "999999", filled)
    filled = re.sub(r"\{\w+\}", "nothing", filled)
    transport = httpx2.ASGITransport(app=served.server)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.request(method, filled, headers=headers, json={} if method not in SAFE else None)
    assert answer.status_code < 500, (method, path, answer.text)
    code = (
        answer.json().get("code", "")
        if "json" in answer.headers.get("content-type", "") and answer.status_code >= 400
        else ""
    )
    return code if code in ("http.unauthenticated", "http.forbidden") else "other"


MAKES = {
    ("PUT", "/api/v1/bots/{bot}/personas/{persona}"),
    ("PUT", "/api/v1/bots/{bot}/content/wording/{locale}"),
}
"""Makes what is not there."""


async def test_iso_01_what_belongs_to_another_bot_is_as_unknown_as_what_never_was(tmp_path: Path) -> None:
    other = Bot("other")

    @other.fallback
    async def hello(chat: Chat) -> None:
        await chat.say("hi")

    async with serving(tmp_path, echo_bot(), other) as served:
        await served.texts({"text": "boom", "bot": "echo"})
        served.app.add_channel(PlaygroundChannel())
        session = (await served.client.post("/api/v1/bots/echo/playground", json={})).json()["id"]
        await served.client.put("/api/v1/bots/echo/personas/Uma", json={})
        (letter,) = (await served.client.get("/api/v1/bots/echo/dead-letters")).json()["items"]
        objects = {
            "conversation": conversation_id("echo", "api", "ann"), "user": user_id("echo", "api", "ann"),
            "seq": str(letter["seq"]), "media": "none", "collection": "none",
            "item": "made", "locale": "en", "n": "1", "comment": "none",
            "session": session, "persona": "Uma",
        }  # fmt: skip
        tried = 0
        for method, path, _ in routes_of(served):
            names = re.findall(r"\{(\w+)\}", path)
            if "bot" not in names or len(names) < 2 or (method, path) in MAKES:
                continue
            tried += 1
            filled = path.replace("{bot}", "other")
            for name, value in objects.items():
                filled = filled.replace(f"{{{name}}}", value)
            assert "{" not in filled, f"say which object of another bot {path} is tried with"
            body = (
                {
                    "name": "x",
                    "text": "x",
                    "to": "y",
                    "do": "ask",
                    "words": "x",
                    "keep": "mine",
                    "revision": 1,
                    "done": True,
                }
                if method not in SAFE
                else None
            )
            answer = await served.client.request(method, filled, json=body)
            found = answer.json()
            empty = answer.status_code == 200 and found.get("items") == []
            assert answer.status_code == 404 or empty, (method, path, answer.text)
        assert tried >= 8


async def lines(house: House) -> int:
    found = await house.desk.read(lambda db: db.execute(sa.select(sa.func.count()).select_from(AUDIT)).scalar_one())
    return int(found)


def known_sentence(verb: str, what: str) -> bool:
    """Whether it is among those that the console says in other languages."""
    forms = (form for key, form in SENTENCES.items() if key.partition(" ")[0] == verb)
    return any(re.fullmatch(re.sub(r"\\{\w+\\}", ".*", re.escape(form)), what, re.DOTALL) for form in forms)


async def test_every_write_route_leaves_exactly_one_line(house: House) -> None:
    unsafe = {(method, path) for method, path, _ in routes_of(house.served) if method not in SAFE}
    assert unsafe == set(WRITES) | set(NO_LINE), "a new route is written down here, with a call that succeeds"
    owner = await house.owner()
    ann = {"text": "boom", "user": "ann"}
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    await house.stranger().do("POST", "/converse/ann", ann, headers={"authorization": f"Bearer {key['key']}"})
    for (method, path), doing in WRITES.items():
        house.served.server.gate.forget()
        before = await lines(house)
        prepared: list[int] = []

        async def begin(prepared: list[int] = prepared) -> None:
            prepared.append(await lines(house))

        house.begin = begin
        await doing(house, owner)
        start = prepared[-1] if prepared else before
        assert await lines(house) == start + 1, (method, path)
    assert (await owner.get("/audit/check"))["ok"]
    said = await house.desk.read(lambda db: db.execute(sa.select(AUDIT.c.verb, AUDIT.c.what)).all())
    assert [(verb, what) for verb, what in said if not known_sentence(verb, what)] == [], (
        "say it in ui/apps/console/src/features/audit/sentences too, in each language"
    )


@pytest.mark.parametrize("role", list(ROLES))
def test_the_roles_of_the_start_are_sets_of_known_permissions(role: str) -> None:
    from gutenbot.accounts.permissions import ALL

    assert ROLES[role].permissions <= ALL
    assert ROLES[role].builtin
