"""Accounts, sessions, links, second factors and roles, as the console uses them, on both engines."""

import asyncio
import hashlib
import re

import pytest
from core.tests.http.house import PASSWORD, House, code_now

from gutenbot.accounts import people
from gutenbot.accounts.tables import ACCOUNT
from gutenbot.http.auth import PLAIN_COOKIE, Gate
from gutenbot.http.errors import CrossSite, Unauthenticated


async def test_the_way_from_set_up_over_an_invite_to_another_role(house: House) -> None:
    owner = await house.owner()
    link = (await owner.do("POST", "/invites", {"role": "editor", "name": "Ed", "email": "ed@example.org"}))["link"]
    token = link.partition("#")[2]
    assert [one["role"] for one in (await owner.get("/invites"))["items"]] == ["editor"]
    guest = house.stranger()
    shown = await guest.get(f"/invites/by-token/{token}")
    assert shown == {"role": "editor", "name": "Ed", "email": "ed@example.org", "by": "Olga"}
    body = {"name": "Ed", "email": "ed@example.org", "password": PASSWORD, "role": "owner"}
    guest.session = await guest.do("POST", f"/invites/by-token/{token}", body)
    assert guest.session["role"] == "editor", "a role in the body is not looked at (RBA-02)"
    assert await house.stranger().refused("POST", f"/invites/by-token/{token}", body) == "accounts.wrong-link"
    assert (await owner.get("/invites"))["items"] == []
    await owner.do("PATCH", f"/accounts/{guest.id}", {"role": "developer"})
    again = await guest.get("/session")
    assert again["role"] == "developer"
    assert "audit:read" in again["permissions"]


async def test_aut_01_the_cookie_is_another_one_after_each_change_of_what_it_is_worth(house: House) -> None:
    owner = await house.owner()
    seen = [owner.client.cookies[PLAIN_COOKIE]]
    await owner.do("PUT", "/account/password", {"current": PASSWORD, "new": "another good one"})
    seen.append(owner.client.cookies[PLAIN_COOKIE])
    secret = (await owner.do("POST", "/account/totp"))["secret"]
    await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})
    seen.append(owner.client.cookies[PLAIN_COOKIE])
    member = await house.member(owner, "editor")
    before = member.client.cookies[PLAIN_COOKIE]
    await owner.do("PATCH", f"/accounts/{member.id}", {"role": "admin"})
    await member.get("/session")
    assert member.client.cookies[PLAIN_COOKIE] != before
    assert len(set(seen)) == 3
    house.later(60)
    for old in seen[:2]:
        stranger = house.stranger()
        stranger.client.cookies.set(PLAIN_COOKIE, old)
        assert (await stranger.get("/session"))["signed_in"] is False


async def test_a_session_ends_when_it_is_idle_and_when_it_is_old(house: House) -> None:
    owner = await house.owner()
    for _ in range(30):
        house.later(25 * 60)
        if (await owner.call("GET", "/bots")).status_code != 200:
            break
    else:
        raise AssertionError("it ended after 12 hours")
    assert house.clock.ahead_s == pytest.approx(12 * 3600, abs=26 * 60)
    await owner.sign_in("olga@example.org")
    house.later(31 * 60)
    assert await owner.refused("GET", "/bots") == "http.unauthenticated"


async def test_aut_02_a_disabled_account_is_out_at_once_with_its_keys(house: House) -> None:
    owner = await house.owner()
    admin = await house.member(owner, "admin")
    key = (await admin.do("POST", "/keys", {"name": "mine", "role": "agent"}))["key"]
    bearer = {"authorization": f"Bearer {key}"}
    assert (await house.stranger().call("GET", "/bots", headers=bearer)).status_code == 200
    await owner.do("PATCH", f"/accounts/{admin.id}", {"disabled": True})
    assert await admin.refused("GET", "/bots") == "http.unauthenticated"
    house.clock.ahead_s += 4  # what another process looked up counts for 3 s
    assert await house.stranger().refused("GET", "/bots", headers=bearer) == "http.wrong-key"
    assert (await admin.sign_in("admin@example.org")).json()["code"] == "accounts.wrong-password"
    await owner.do("PATCH", f"/accounts/{admin.id}", {"disabled": False})
    assert (await admin.sign_in("admin@example.org")).status_code == 200


async def test_aut_02_another_worker_hears_of_it_within_five_seconds(house: House) -> None:
    owner = await house.owner()
    admin = await house.member(owner, "admin")
    storage = house.served.app.storage
    elsewhere = Gate(storage, house.clock, dev=False)
    cookie = f"{PLAIN_COOKIE}={admin.client.cookies[PLAIN_COOKIE]}".encode()
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "headers": [(b"cookie", cookie)],
        "client": ("1.2.3.4", 1),
    }
    assert (await elsewhere.actor(scope)).may("keys:write")
    await owner.do("PATCH", f"/accounts/{admin.id}", {"role": "analyst"})
    house.clock.ahead_s += 5
    assert not (await elsewhere.actor(scope)).may("keys:write"), "a changed role"
    await owner.do("DELETE", f"/accounts/{admin.id}/sessions")
    house.clock.ahead_s += 5
    with pytest.raises(Unauthenticated):
        await elsewhere.actor(scope)


async def test_aut_03_tries_are_limited_and_nobody_locks_the_owner_out(house: House) -> None:
    owner = await house.owner()
    attacker = house.stranger("203.0.113.9")
    answers = [await attacker.sign_in("olga@example.org", f"guess {number}") for number in range(12)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
    spoofed = await house.stranger("203.0.113.9").call(
        "POST", "/session", {"email": "olga@example.org", "password": "x"}, headers={"x-forwarded-for": "198.51.100.1"}
    )
    assert spoofed.status_code == 429, "whom we do not trust cannot say where it comes from"
    for number in range(95):
        await house.stranger(f"198.51.{number}.1").sign_in("olga@example.org", "guess")
    assert (await house.stranger("192.0.2.200").sign_in("olga@example.org", "guess")).status_code == 429
    assert (await house.stranger("127.0.0.77").sign_in("olga@example.org")).status_code == 200, (
        "the owner's own network"
    )
    assert (await owner.get("/session"))["signed_in"]
    house.later(40 * 60)
    assert (await house.stranger("203.0.113.9").sign_in("olga@example.org", "guess")).status_code == 401


async def test_aut_03_one_password_on_many_accounts_is_limited_too(house: House) -> None:
    await house.owner()
    attacker = house.stranger("203.0.113.9")
    statuses = [(await attacker.sign_in(f"user{n}@example.org", "summer")).status_code for n in range(70)]
    assert statuses == [401] * 60 + [429] * 10


async def test_aut_05_a_reset_link_works_once_for_half_an_hour_and_never_leads_to_the_host_of_the_request(
    house: House,
) -> None:
    owner = await house.owner()
    member = await house.member(owner, "editor")
    poisoned = await owner.call(
        "POST", f"/accounts/{member.id}/reset-link", headers={"x-forwarded-host": "evil.example"}
    )
    assert poisoned.json()["link"].startswith("http://localhost:3000/console/reset#")
    old = poisoned.json()["link"].partition("#")[2]
    new = (await owner.do("POST", f"/accounts/{member.id}/reset-link"))["link"].partition("#")[2]
    guest = house.stranger()
    body = {"password": "yet another one"}
    assert await guest.refused("POST", f"/password-reset/{old}", body) == "accounts.wrong-link"
    assert await guest.refused("POST", f"/password-reset/{new}", {"password": "12345678"}) == "accounts.weak-password"
    await guest.do("POST", f"/password-reset/{new}", body)
    assert await guest.refused("POST", f"/password-reset/{new}", body) == "accounts.wrong-link"
    assert await member.refused("GET", "/bots") == "http.unauthenticated"
    assert (await guest.sign_in("editor@example.org", "yet another one")).status_code == 200
    late = (await owner.do("POST", f"/accounts/{member.id}/reset-link"))["link"].partition("#")[2]
    house.clock.ahead_s += 31 * 60
    assert await guest.refused("POST", f"/password-reset/{late}", body) == "accounts.wrong-link"


async def test_aut_09_a_weak_hash_of_another_system_is_replaced_at_the_first_sign_in(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "editor")
    weak = "md5:salt$" + hashlib.md5(b"salt" + PASSWORD.encode()).hexdigest()
    await house.desk.write(lambda db: people.change(db, member.id, password=weak))
    assert (await member.sign_in("editor@example.org", "wrong")).status_code == 401
    assert (await member.sign_in("editor@example.org")).status_code == 200
    kept = (await house.desk.read(lambda db: people.by_id(db, member.id)))["password"]
    assert kept.startswith("$argon2id$")
    assert (await member.sign_in("editor@example.org")).status_code == 200


async def test_aut_10_of_many_who_set_up_at_once_one_is_the_owner(house: House) -> None:
    token = await house.served.setup_token()
    bodies = [{"token": token, "name": f"N{n}", "email": f"n{n}@example.org", "password": PASSWORD} for n in range(6)]
    answers = await asyncio.gather(*(house.stranger().call("POST", "/setup", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 5
    owners = await house.desk.read(lambda db: db.execute(ACCOUNT.select()).all())
    assert len(owners) == 1


async def test_aut_11_a_key_may_no_more_than_its_scopes_and_ends_when_it_shall(house: House) -> None:
    owner = await house.owner()
    ends = (house.clock.now().replace(microsecond=0)).isoformat().replace("+00:00", "Z")
    assert (await owner.call("POST", "/keys", {"name": "old", "role": "agent", "expires": ends})).status_code == 201
    made = await owner.do("POST", "/keys", {"name": "small", "role": "admin", "scopes": ["bots:read"]})
    key = {"authorization": f"Bearer {made['key']}"}
    program = house.stranger()
    assert (await program.call("GET", "/bots", headers=key)).status_code == 200
    assert await program.refused("GET", "/keys", headers=key) == "http.forbidden"
    assert await program.refused("GET", "/account/sessions", headers=key) == "http.forbidden"
    listed = (await owner.get(f"/keys?q={made['key'][:9]}"))["items"]
    assert [(one["name"], one["prefix"], one["scopes"]) for one in listed] == [
        ("small", made["key"][:9], ["bots:read"])
    ]
    assert listed[0]["last_used"] is not None
    assert made["key"] not in str(await owner.get("/keys"))


async def test_aut_13_sessions_are_listed_and_ended_from_elsewhere(house: House) -> None:
    owner = await house.owner()
    phone = house.stranger("192.0.2.8")
    await phone.sign_in("olga@example.org")
    listed = (await owner.get("/account/sessions"))["items"]
    assert [(one["address"], one["current"]) for one in listed] == [("192.0.2.8", False), ("127.0.0.1", True)]
    await owner.do("DELETE", f"/account/sessions/{listed[0]['id']}")
    assert await phone.refused("GET", "/bots") == "http.unauthenticated"
    await phone.sign_in("olga@example.org")
    await owner.do("DELETE", "/account/sessions")
    assert await phone.refused("GET", "/bots") == "http.unauthenticated"
    assert (await owner.get("/session"))["signed_in"]


async def test_a_foreign_session_is_as_unknown_as_one_that_never_was(house: House) -> None:
    owner = await house.owner()
    editor = await house.member(owner, "editor")
    (mine,) = (await owner.get("/account/sessions"))["items"]
    assert await editor.refused("DELETE", f"/account/sessions/{mine['id']}") == "accounts.no-session"
    assert await editor.refused("DELETE", "/account/sessions/nothing") == "accounts.no-session"


async def test_rba_02_nobody_gives_or_touches_more_than_they_may(house: House) -> None:
    owner = await house.owner()
    role = {"title": "Inviter", "permissions": ["accounts:read", "accounts:write", "roles:write", "keys:write"]}
    await owner.do("PUT", "/roles/inviter", role)
    small = await house.member(owner, "inviter", "small")
    more = "accounts.more-than-own"
    assert await small.refused("PATCH", f"/accounts/{small.id}", {"role": "owner"}) == more
    assert await small.refused("PATCH", f"/accounts/{owner.id}", {"disabled": True}) == more
    assert await small.refused("POST", f"/accounts/{owner.id}/reset-link") == more
    assert await small.refused("DELETE", f"/accounts/{owner.id}/sessions") == more
    assert await small.refused("DELETE", f"/accounts/{owner.id}") == more
    assert await small.refused("POST", "/invites", {"role": "admin"}) == more
    assert await small.refused("POST", "/keys", {"name": "k", "role": "admin"}) == more
    assert await small.refused("PUT", "/roles/inviter", role | {"permissions": ["audit:read"]}) == more
    assert await small.refused("PUT", "/roles/editor", role) == more
    assert (await small.do("PUT", "/roles/mini", {"title": "Mini", "permissions": ["accounts:read"]}))[
        "builtin"
    ] is False


async def test_rba_02_an_admin_makes_and_touches_no_owner(house: House) -> None:
    owner = await house.owner()
    admin = await house.member(owner, "admin")
    more = "accounts.more-than-own"
    assert await admin.refused("PATCH", f"/accounts/{admin.id}", {"role": "owner"}) == more
    assert await admin.refused("POST", "/invites", {"role": "owner"}) == more
    assert await admin.refused("POST", f"/accounts/{owner.id}/reset-link") == more
    await admin.do("POST", "/invites", {"role": "admin"})


async def test_rba_02_what_is_limited_stays_limited_in_keys_and_cannot_be_given_on(house: House) -> None:
    owner = await house.owner()
    scopes = {"content:publish": {"language": ["fr"]}}
    names = ["content:publish", "keys:write", "roles:write"]
    await owner.do("PUT", "/roles/french", {"title": "F", "permissions": names, "scopes": scopes})
    french = await house.member(owner, "french")
    whole = {"title": "All", "permissions": ["content:publish"]}
    assert await french.refused("PUT", "/roles/whole", whole) == "accounts.more-than-own"
    assert await french.refused("POST", "/keys", {"name": "k", "role": "editor"}) == "accounts.more-than-own"
    key = (await owner.do("POST", "/keys", {"name": "k", "role": "french"}))["key"]
    headers = [(b"authorization", f"Bearer {key}".encode())]
    scope = {"type": "http", "method": "POST", "scheme": "http", "headers": headers, "client": ("1.2.3.4", 1)}
    actor = await house.served.server.gate.actor(scope)
    assert actor.may("content:publish", language="fr")
    assert not actor.may("content:publish", language="en")


async def test_rba_07_the_last_owner_stays(house: House) -> None:
    owner = await house.owner()
    last = "accounts.last-owner"
    assert await owner.refused("PATCH", f"/accounts/{owner.id}", {"role": "admin"}) == last
    assert await owner.refused("PATCH", f"/accounts/{owner.id}", {"disabled": True}) == last
    assert await owner.refused("DELETE", f"/accounts/{owner.id}") == last
    other = await house.member(owner, "owner", "second")
    both = await asyncio.gather(
        owner.call("PATCH", f"/accounts/{owner.id}", {"role": "admin"}),
        other.call("PATCH", f"/accounts/{other.id}", {"role": "admin"}),
    )
    assert sorted(answer.status_code for answer in both) == [200, 409]


async def test_a_changed_role_counts_for_those_who_have_it_and_can_be_made_what_it_was(house: House) -> None:
    owner = await house.owner()
    editor = await house.member(owner, "editor")
    assert await editor.refused("GET", "/audit") == "http.forbidden"
    scopes = {"content:publish": {"language": ["fr"]}}
    body = {"title": "Editor", "permissions": ["audit:read", "content:publish"], "scopes": scopes}
    changed = await owner.do("PUT", "/roles/editor", body)
    assert (changed["builtin"], changed["members"], changed["scopes"]) == (True, 1, scopes)
    assert (await editor.get("/audit"))["items"]
    await owner.do("DELETE", "/roles/editor")
    house.later(0)
    assert await editor.refused("GET", "/audit") == "http.forbidden"
    assert await owner.refused("DELETE", "/roles/editor") == "accounts.role-kept"
    assert await owner.refused("PUT", "/roles/owner", body) == "accounts.role-kept"
    unknown = body | {"permissions": ["everything:do"]}
    assert await owner.refused("PUT", "/roles/x", unknown) == "accounts.unknown-permissions"


async def test_a_limit_of_a_role_stands_only_against_what_it_names(house: House) -> None:
    owner = await house.owner()
    scopes = {"content:publish": {"language": ["fr"]}}
    await owner.do("PUT", "/roles/french", {"title": "F", "permissions": ["content:publish"], "scopes": scopes})
    french = await house.member(owner, "french")
    session = await house.desk.read(lambda db: people.by_id(db, french.id))
    assert session["role"] == "french"
    cookie = f"{PLAIN_COOKIE}={french.client.cookies[PLAIN_COOKIE]}".encode()
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "headers": [(b"cookie", cookie)],
        "client": ("1.2.3.4", 1),
    }
    actor = await house.served.server.gate.actor(scope)
    assert actor.may("content:publish", language="fr")
    assert not actor.may("content:publish", language="en")
    assert actor.may("content:publish", bot="any")


async def test_sock_01_a_socket_of_another_site_is_refused_though_it_bears_the_cookie(house: House) -> None:
    owner = await house.owner()
    cookie = f"{PLAIN_COOKIE}={owner.client.cookies[PLAIN_COOKIE]}".encode()
    gate = house.served.server.gate
    for origin, fine in ((b"http://localhost", True), (b"https://evil.example", False), (None, False)):
        headers = [(b"cookie", cookie), (b"host", b"localhost")] + ([(b"origin", origin)] if origin else [])
        scope = {"type": "websocket", "scheme": "ws", "headers": headers, "client": ("127.0.0.1", 1)}
        if fine:
            assert (await gate.actor(scope)).account_id == owner.id
        else:
            with pytest.raises(CrossSite):
                await gate.actor(scope)


async def test_preferences_are_kept_up_to_a_size(house: House) -> None:
    owner = await house.owner()
    kept = await owner.do(
        "PATCH", "/account", {"preferences": {"theme": "dark", "keys": {"g h": "home"}}, "locale": "ar"}
    )
    assert kept["preferences"] == {"theme": "dark", "keys": {"g h": "home"}}
    assert (await owner.get("/session"))["account"]["locale"] == "ar"
    large = {"preferences": {"x": "y" * 20_000}}
    assert await owner.refused("PATCH", "/account", large) == "accounts.preferences-too-large"


@pytest.mark.parametrize(
    "password", ["short", "password", "Password123!", "aaaaaaaa", "12345678", "abcdefgh", "olga2024!"]
)
def test_passwords_that_are_tried_first_are_refused(password: str) -> None:
    from gutenbot.accounts.errors import WeakPassword
    from gutenbot.accounts.passwords import refuse_weak

    with pytest.raises(WeakPassword) as refused:
        refuse_weak(password, "olga@example.org", "Olga")
    assert re.search(r"\w+", str(refused.value))


async def test_a_crowd_with_one_session_is_looked_up_once(house: House) -> None:
    owner = await house.owner()
    storage = house.served.app.storage
    cookie = f"{PLAIN_COOKIE}={owner.client.cookies[PLAIN_COOKIE]}".encode()
    headers = [(b"cookie", cookie)]
    scope = {"type": "http", "method": "GET", "scheme": "http", "headers": headers, "client": ("1.2.3.4", 1)}
    gate = Gate(storage, house.clock, dev=False)
    opened = await asyncio.gather(*(gate.session(scope, passive=True) for _ in range(50)))
    assert opened[0] is not None
    assert {id(one) for one in opened} == {id(opened[0])}, "everybody has the answer to the same question"
