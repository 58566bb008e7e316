"""Who may do what: keys, roles, and the open door on a developer's own machine."""

import httpx2
import pytest
from core.tests.http.served import Served

from gutenbot.accounts.permissions import ALL, ROLES
from gutenbot.http.api import make_api, routes_without_permission


async def test_every_route_names_one_permission(served: Served) -> None:
    assert routes_without_permission(make_api(served.app, served.server.gate)) == []


def test_the_admin_may_everything_and_nobody_may_what_the_admin_may_not() -> None:
    assert ROLES["owner"].permissions == ALL
    assert ROLES["admin"].permissions == ALL - {"owners:write"}
    assert all(role.permissions <= ALL for role in ROLES.values())
    assert ROLES["analyst"].permissions.isdisjoint(
        {"conversations:write", "users:write", "keys:write", "bots:converse"}
    )


@pytest.mark.parametrize("path", ["/api/v1/bots", "/api/v1/keys", "/api/v1/converse/ann", "/api/v1/modules"])
async def test_without_a_key_nothing_is_told(guarded: Served, path: str) -> None:
    answer = await guarded.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "http.unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_wrong_key_is_refused_and_a_right_one_let_in(guarded: Served) -> None:
    wrong = await guarded.client.get("/api/v1/bots", headers={"authorization": "Bearer gb_wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "http.wrong-key")
    right = await guarded.client.get("/api/v1/bots", headers=await guarded.key("viewer"))
    assert right.status_code == 200


async def test_a_viewer_looks_and_an_operator_talks_and_only_an_admin_makes_keys(guarded: Served) -> None:
    viewer, operator, admin = [await guarded.key(role) for role in ("viewer", "operator", "admin")]
    refused = await guarded.say({"text": "hi"}, headers=viewer)
    assert (refused.status_code, refused.json()["code"]) == (403, "http.forbidden")
    assert (await guarded.say({"text": "hi"}, headers=operator)).status_code == 200
    made = {"name": "new", "role": "viewer"}
    assert (await guarded.client.post("/api/v1/keys", json=made, headers=operator)).status_code == 403
    assert (await guarded.client.post("/api/v1/keys", json=made, headers=admin)).status_code == 201


async def test_a_new_key_is_shown_once_works_and_stops_working_when_revoked(guarded: Served) -> None:
    admin = await guarded.key("admin")
    made = (await guarded.client.post("/api/v1/keys", json={"name": "ann"}, headers=admin)).json()
    ann = {"authorization": f"Bearer {made['key']}"}
    assert (await guarded.client.get("/api/v1/bots", headers=ann)).status_code == 200
    listed = (await guarded.client.get("/api/v1/keys", headers=admin)).text
    assert made["key"] not in listed
    assert (await guarded.client.delete("/api/v1/keys/ann", headers=admin)).status_code == 204
    guarded.server.gate.forget()
    assert (await guarded.client.get("/api/v1/bots", headers=ann)).status_code == 401
    again = await guarded.client.delete("/api/v1/keys/ann", headers=admin)
    assert (again.status_code, again.json()["code"]) == (404, "keys.unknown")


async def test_in_development_this_machine_needs_no_key(served: Served) -> None:
    assert (await served.client.get("/api/v1/bots")).status_code == 200


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"x-forwarded-for": "203.0.113.7"}], ids=str)
async def test_in_development_others_need_one(served: Served, headers: dict[str, str]) -> None:
    assert (await served.client.get("/api/v1/bots", headers=headers)).status_code == 401


async def test_in_development_another_machine_needs_one(served: Served) -> None:
    transport = httpx2.ASGITransport(app=served.server, client=("203.0.113.7", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.get("/api/v1/bots")).status_code == 401
