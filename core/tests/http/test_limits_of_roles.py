"""What a role may of some bots or languages only: every route of a bot looks at it; a limit that nothing looks at is refused."""

from typing import Any

import pytest
from core.tests.http.house import House, Someone

from gutenbot.accounts.permissions import PERMISSIONS, limits_of
from gutenbot.kernel.ids import BotId

ECHO = BotId("echo")
pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
"""Whoever may do what is said above the storage."""


async def limited(house: House, owner: Someone, bot: str, *, more: tuple[str, ...] = ()) -> Someone:
    """Somebody who may everything that is of bots, but of this bot only."""
    names = [name for name, one in PERMISSIONS.items() if "bot" in limits_of(one)]
    body = {"title": "Of one bot", "permissions": [*names, *more], "scopes": {name: {"bot": [bot]} for name in names}}
    await owner.do("PUT", "/roles/of-one", body)
    return await house.member(owner, "of-one")


async def test_every_route_of_a_bot_is_closed_to_who_is_limited_to_another(house: House) -> None:
    owner = await house.owner()
    paths: dict[str, Any] = (await owner.get("/openapi.json"))["paths"]
    routes = [
        (method.upper(), path.removeprefix("/api/v1"))
        for path, some in paths.items()
        for method, route in some.items()
        if "{bot}" in path and route.get("x-permission") in PERMISSIONS
    ]
    assert len(routes) > 70
    other = await limited(house, owner, "other", more=("pipeline:write", "playground:use"))
    open_ = []
    for method, path in routes:
        place = path.replace("{bot}", "echo").replace("{locale}", "en").replace("{n}", "1").replace("{seq}", "1")
        answer = await other.call(method, place, {} if method in ("POST", "PUT", "PATCH") else None)
        if answer.json().get("code") != "http.forbidden":
            open_.append((method, path, answer.status_code))
    assert open_ == []
    assert await other.refused("POST", "/converse/ann", {"text": "hi"}) == "http.forbidden"
    assert await other.refused("GET", "/converse/ann") == "http.forbidden"
    assert (await other.get("/bots"), (await other.get("/session"))["bots"]) == ([], [])
    tried = {"stages": {}, "bot": "echo"}
    assert await other.refused("POST", "/pipeline/dry-run", tried) == "http.forbidden"
    assert (await other.do("POST", "/pipeline/dry-run", {"stages": {}}))["messages"] == 0


async def test_who_is_limited_to_a_bot_works_with_that_bot(house: House) -> None:
    owner = await house.owner()
    mine = await limited(house, owner, "echo")
    assert [one["id"] for one in await mine.get("/bots")] == ["echo"]
    for path in ("/bots/echo/users", "/bots/echo/content", "/bots/echo/dead-letters", "/bots/echo/media"):
        await mine.get(path)
    assert (await mine.do("POST", "/converse/ann", {"text": "hi"}))["messages"]


async def test_limits_go_on_while_the_console_is_seen_as_another_role(house: House) -> None:
    owner = await house.owner()
    mine = await limited(house, owner, "other", more=("accounts:view-as",))
    await mine.do("PUT", "/session/view-as", {"role": "agent"})
    house.later(0)
    assert await mine.refused("GET", "/bots/echo/users") == "http.forbidden"


async def test_a_limit_that_nothing_looks_at_is_refused(house: House) -> None:
    owner = await house.owner()
    role = {"title": "R", "permissions": ["users:read", "audit:read"]}
    for name, field in (("audit:read", "bot"), ("users:read", "language"), ("users:read", "colour")):
        body = role | {"scopes": {name: {field: ["x"]}}}
        assert await owner.refused("PUT", "/roles/r", body) == "accounts.unknown-limit", (name, field)
    body = role | {"scopes": {"nothing:do": {"bot": ["x"]}}}
    assert await owner.refused("PUT", "/roles/r", body) == "accounts.unknown-permissions"


async def test_people_of_a_bot_are_not_seen_by_way_of_its_playground(house: House) -> None:
    owner = await house.owner()
    body = {"title": "R", "permissions": ["playground:use", "users:read"], "scopes": {"users:read": {"bot": ["other"]}}}
    await owner.do("PUT", "/roles/player", body)
    player = await house.member(owner, "player")
    assert await player.refused("PUT", "/bots/echo/personas/x", {"user": "somebody"}) == "http.forbidden"


async def test_notifications_of_a_bot_are_for_those_who_may_see_that_bot(house: House) -> None:
    owner = await house.owner()
    other = await limited(house, owner, "other")
    bot = house.served.app.bots[ECHO]
    await bot.notify("It rains.")
    await house.served.app.notify("It snows.", to="may:bots:read")
    told = [one["message"] for one in (await owner.get("/notifications"))["items"]]
    assert {"It rains.", "It snows."} <= set(told)
    assert [one["message"] for one in (await other.get("/notifications"))["items"]] == ["It snows."]
