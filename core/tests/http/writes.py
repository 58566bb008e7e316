"""A call that succeeds for every route that changes something: what `test_matrix` holds the audit log to."""

from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from core.tests.http.house import PASSWORD, House, Someone, code_now
from core.tests.http.soft_key import SoftKey

from gutenbot.accounts.tables import ACCOUNT, LINK
from gutenbot.jobs import rows
from gutenbot.kernel.ids import conversation_id, new_id, user_id

CONVERSE = "/api/v1/converse/{conversation}"
Route = tuple[str, str]
Doing = Callable[[House, Someone], Awaitable[None]]
WRITES: dict[Route, Doing] = {}
NO_LINE = {
    ("POST", "/api/v1/csp-reports"): "what browsers report goes to the log",
    ("POST", "/api/v1/session/passkey/options"): "asks for a challenge, changes nothing",
    ("POST", "/api/v1/account/passkeys/options"): "asks for a challenge, changes nothing",
    ("POST", "/api/v1/bots/{bot}/playground"): "tries a bot in a conversation of one's own",
    ("PATCH", "/api/v1/bots/{bot}/playground/{session}"): "tries a bot in a conversation of one's own",
    ("POST", "/api/v1/bots/{bot}/playground/{session}/undo"): "tries a bot in a conversation of one's own",
    ("POST", "/api/v1/bots/{bot}/playground/{session}/events"): "tries a bot in a conversation of one's own",
    ("POST", "/api/v1/pipeline/dry-run"): "tries an order, changes nothing",
    ("POST", "/api/v1/bots/{bot}/content/collections/{collection}/query"): "looks for something, changes nothing",
    ("POST", "/api/v1/console/modules/{module}/token"): "gives a token for some minutes, changes nothing",
    ("POST", "/api/v1/notifications/read"): "says what oneself has read",
    ("POST", "/api/v1/notifications/{notification}/read"): "says what oneself has read",
    ("POST", CONVERSE): "talks to a bot: the conversation itself is the record",
}


def write(method: str, path: str) -> Callable[[Doing], Doing]:
    def kept(doing: Doing) -> Doing:
        WRITES[(method, f"/api/v1{path}")] = doing
        return doing

    return kept


@write("POST", "/setup")
async def _(house: House, owner: Someone) -> None:
    """Only a server without an owner can be set up; there the line is `server.set-up`."""

    def without(db: sa.Connection) -> None:
        db.execute(ACCOUNT.update().values(role="admin"))

    await house.desk.write(without)
    token = await house.served.setup_token()
    await house.begin()
    body = {"token": token, "name": "New", "email": "new@example.org", "password": PASSWORD}
    await house.stranger().do("POST", "/setup", body)
    await house.desk.write(lambda db: db.execute(ACCOUNT.update().where(ACCOUNT.c.id == owner.id).values(role="owner")))
    await house.desk.write(lambda db: db.execute(LINK.delete()))
    house.served.server.gate.forget()


@write("POST", "/session")
async def _(house: House, owner: Someone) -> None:
    await house.stranger().sign_in("olga@example.org")


@write("POST", "/session/second-factor")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "factor")
    secret = await _protect(house, member)
    house.clock.ahead_s += 31
    challenge = (await house.stranger().sign_in("factor@example.org")).json()["challenge"]
    await house.begin()
    body = {"challenge": challenge, "kind": "totp", "code": code_now(house, secret)}
    await house.stranger().do("POST", "/session/second-factor", body)


@write("DELETE", "/session")
async def _(house: House, owner: Someone) -> None:
    guest = house.stranger()
    await guest.sign_in("olga@example.org")
    await house.begin()
    await guest.do("DELETE", "/session")


@write("PUT", "/session/view-as")
async def _(house: House, owner: Someone) -> None:
    guest = house.stranger()
    await guest.sign_in("olga@example.org")
    await house.begin()
    await guest.do("PUT", "/session/view-as", {"role": "analyst"})


@write("POST", "/session/passkey")
async def _(house: House, owner: Someone) -> None:
    key = SoftKey()
    await owner.do(
        "POST",
        "/account/passkeys",
        {"name": "x", "credential": key.make(await owner.do("POST", "/account/passkeys/options"))},
    )
    guest = house.stranger()
    key.counter += 1
    body = {"credential": key.use(await guest.do("POST", "/session/passkey/options"))}
    await house.begin()
    await guest.do("POST", "/session/passkey", body)


@write("PATCH", "/account")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PATCH", "/account", {"preferences": {"a": 1}})


@write("PUT", "/account/password")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "changer")
    await house.begin()
    await member.do("PUT", "/account/password", {"current": PASSWORD, "new": PASSWORD + "2"})


@write("POST", "/account/totp")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/account/totp")


@write("POST", "/account/totp/confirm")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "confirmer")
    secret = (await member.do("POST", "/account/totp"))["secret"]
    await house.begin()
    await member.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})


@write("DELETE", "/account/totp")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "remover")
    await _protect(house, member)
    await house.begin()
    await member.do("DELETE", "/account/totp", {"password": PASSWORD})


@write("DELETE", "/account/sessions/{session}")
async def _(house: House, owner: Someone) -> None:
    await house.stranger().sign_in("olga@example.org")
    other = next(one for one in (await owner.get("/account/sessions"))["items"] if not one["current"])
    await house.begin()
    await owner.do("DELETE", f"/account/sessions/{other['id']}")


@write("DELETE", "/account/sessions")
async def _(house: House, owner: Someone) -> None:
    await owner.do("DELETE", "/account/sessions")


@write("POST", "/account/passkeys")
async def _(house: House, owner: Someone) -> None:
    credential = SoftKey().make(await owner.do("POST", "/account/passkeys/options"))
    await owner.do("POST", "/account/passkeys", {"name": "y", "credential": credential})


@write("DELETE", "/account/passkeys/{passkey}")
async def _(house: House, owner: Someone) -> None:
    one = (await owner.get("/account/passkeys"))["items"][0]
    await owner.do("DELETE", f"/account/passkeys/{one['id']}")


@write("PATCH", "/accounts/{account}")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "patched")
    await house.begin()
    await owner.do("PATCH", f"/accounts/{member.id}", {"role": "editor"})


@write("DELETE", "/accounts/{account}")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "removed")
    await house.begin()
    await owner.do("DELETE", f"/accounts/{member.id}")


@write("DELETE", "/accounts/{account}/sessions")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "ended")
    await house.begin()
    await owner.do("DELETE", f"/accounts/{member.id}/sessions")


@write("POST", "/accounts/{account}/reset-link")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/accounts/{owner.id}/reset-link")


@write("POST", "/invites")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/invites", {"role": "agent"})


@write("DELETE", "/invites/{invite}")
async def _(house: House, owner: Someone) -> None:
    one = (await owner.get("/invites"))["items"][0]
    await owner.do("DELETE", f"/invites/{one['id']}")


@write("POST", "/invites/by-token/{token}")
async def _(house: House, owner: Someone) -> None:
    token = (await owner.do("POST", "/invites", {"role": "agent"}))["link"].partition("#")[2]
    await house.begin()
    body = {"name": "Joe", "email": "joe@example.org", "password": PASSWORD}
    await house.stranger().do("POST", f"/invites/by-token/{token}", body)


@write("POST", "/password-reset/{token}")
async def _(house: House, owner: Someone) -> None:
    member = await house.member(owner, "agent", "forgetful")
    token = (await owner.do("POST", f"/accounts/{member.id}/reset-link"))["link"].partition("#")[2]
    await house.begin()
    await house.stranger().do("POST", f"/password-reset/{token}", {"password": PASSWORD + "3"})


@write("PUT", "/roles/{name}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/roles/mine", {"title": "Mine", "permissions": ["bots:read"]})


@write("DELETE", "/roles/{name}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("DELETE", "/roles/mine")


@write("POST", "/keys")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/keys", {"name": "new", "role": "agent"})


@write("DELETE", "/keys/{name}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("DELETE", "/keys/new")


@write("POST", "/bots/{bot}/users/{user}/messages")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/bots/echo/users/{user_id('echo', 'api', 'ann')}/messages", {"text": "hi"})


@write("POST", "/bots/{bot}/conversations/{conversation}/events")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/bots/echo/conversations/{conversation_id('echo', 'api', 'ann')}/events", {"name": "x"})


@write("POST", "/bots/{bot}/conversations/{conversation}/conclude")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/bots/echo/conversations/{conversation_id('echo', 'api', 'ann')}/conclude", {})


@write("POST", "/bots/{bot}/dead-letters/{seq}/replay")
async def _(house: House, owner: Someone) -> None:
    letter = (await owner.get("/bots/echo/dead-letters"))["items"][0]
    await owner.do("POST", f"/bots/echo/dead-letters/{letter['seq']}/replay")


@write("POST", "/bots/{bot}/dead-letters/replay")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/bots/echo/dead-letters/replay")


@write("POST", "/audit/exports")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/audit/exports?verb=nothing")


@write("PUT", "/logs/levels/{logger}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/logs/levels/turns", {"level": "debug"})


@write("DELETE", "/logs/levels/{logger}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("DELETE", "/logs/levels/turns")


@write("POST", "/jobs/{job}/pause")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/jobs/{await _job(house, owner, 'queued')}/pause")


@write("POST", "/jobs/{job}/resume")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/jobs/{await _job(house, owner, 'paused')}/resume")


@write("POST", "/jobs/{job}/cancel")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", f"/jobs/{await _job(house, owner, 'paused')}/cancel")


async def _job(house: House, owner: Someone, state: str) -> str:
    """A job that waits for somebody."""
    values = {
        "id": new_id(), "kind": "audit-export", "title": "A job", "actor_kind": "account", "actor_id": owner.id, "state": state,
        "params": '{"wanted": {"verb": "nothing"}, "until_n": 1}', "lease_until_ms": 2**50,
        "created_ms": 1, "changed_ms": 1,
    }  # fmt: skip
    made = await house.served.app.storage.write(lambda db: rows.add(db, values))
    return str(made["id"])


@write("PUT", "/instance/sending-lock")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/instance/sending-lock", {"why": "a test"})


@write("DELETE", "/instance/sending-lock")
async def _(house: House, owner: Someone) -> None:
    await owner.do("DELETE", "/instance/sending-lock")


@write("PUT", "/settings/{section}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/settings/console", {"values": {"environment": "staging"}})


@write("PUT", "/modules/{module}/settings")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/modules/sample/settings", {"values": {"port": 81}})


@write("POST", "/modules/{module}/settings/test")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/modules/sample/settings/test", {})


@write("PUT", "/modules/{module}/state")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/modules/sample/state", {"on": False})
    await house.begin()
    await owner.do("PUT", "/modules/sample/state", {"on": True})


@write("PUT", "/modules/{module}/wraps/{stage}/{wrap}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/modules/sample/wraps/receive/nod", {"on": False})


@write("POST", "/modules/{module}/restart")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/modules/sample/restart")


async def _protect(house: House, someone: Someone) -> str:
    secret: str = (await someone.do("POST", "/account/totp"))["secret"]
    await someone.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})
    return secret


@write("PUT", "/pipeline")
async def _(house: House, owner: Someone) -> None:
    version = (await owner.get("/pipeline"))["version"]
    await owner.do("PUT", "/pipeline", {"version": version, "stages": {"receive": []}})


@write("PUT", "/bots/{bot}/personas/{persona}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/bots/echo/personas/Uma", {"profile": {"first_name": "Uma"}})


@write("DELETE", "/bots/{bot}/personas/{persona}")
async def _(house: House, owner: Someone) -> None:
    await owner.do("PUT", "/bots/echo/personas/Ken", {})
    await house.begin()
    await owner.do("DELETE", "/bots/echo/personas/Ken")
