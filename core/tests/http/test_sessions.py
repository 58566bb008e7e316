"""Setting up, signing in and out, and what forged requests come to."""

import httpx2
import pytest
from argon2 import PasswordHasher
from core.tests.http.served import Served

from gutenbot.http.auth import PLAIN_COOKIE

ANN = {"name": "Ann", "email": "Ann@Example.org", "password": "correct horse battery"}
SIGN_IN = {"email": "ann@example.org", "password": "correct horse battery"}
HERE = {"origin": "http://localhost"}


async def set_up(served: Served) -> dict[str, object]:
    """The first owner; the client's cookies sign her in. Returns her session."""
    token = await served.setup_token()
    answer = await served.client.post("/api/v1/setup", json={"token": token, **ANN})
    assert answer.status_code == 200, answer.text
    served.client.headers.update(HERE | {"x-csrf-token": answer.json()["csrf"]})
    session: dict[str, object] = answer.json()
    return session


async def test_aut_10_the_first_owner_needs_the_link_of_the_terminal_and_it_works_once(guarded: Served) -> None:
    assert (await guarded.client.get("/api/v1/setup")).json() == {"needed": True}
    wrong = await guarded.client.post("/api/v1/setup", json={"token": "guess", **ANN})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "accounts.wrong-link")
    session = await set_up(guarded)
    assert session["role"] == "owner"
    assert (await guarded.client.get("/api/v1/setup")).json() == {"needed": False}
    assert await guarded.setup_token() == ""


async def test_signing_in_gives_a_session_and_signing_out_ends_it(guarded: Served) -> None:
    await set_up(guarded)
    guarded.client.cookies.clear()
    out = (await guarded.client.get("/api/v1/session")).json()
    assert (out["signed_in"], out["setup_needed"]) == (False, False)
    answer = await guarded.client.post("/api/v1/session", json=SIGN_IN)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    guarded.client.headers["x-csrf-token"] = answer.json()["csrf"]
    assert (await guarded.client.get("/api/v1/bots")).status_code == 200
    kept = guarded.client.cookies[PLAIN_COOKIE]
    assert (await guarded.client.delete("/api/v1/session")).status_code == 204
    again = await guarded.client.get("/api/v1/bots", headers={"cookie": f"{PLAIN_COOKIE}={kept}"})
    assert again.status_code == 401


async def test_aut_04_a_wrong_password_and_an_unknown_address_get_the_same_answer(guarded: Served) -> None:
    await set_up(guarded)
    one = await guarded.client.post("/api/v1/session", json=SIGN_IN | {"password": "wrong"})
    other = await guarded.client.post("/api/v1/session", json=SIGN_IN | {"email": "nobody@example.org"})
    first, second = one.json(), other.json()
    assert {**first, "request_id": ""} == {**second, "request_id": ""}
    assert one.status_code == other.status_code == 401


async def test_aut_04_an_unknown_address_costs_as_much_work_as_a_known_one(
    guarded: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_up(guarded)
    real, work = PasswordHasher.verify, list[str]()

    def counted(self: PasswordHasher, kept: str, given: str) -> bool:
        work.append(kept.rpartition("$")[0].rpartition("$")[0])
        return real(self, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    for email in ("ann@example.org", "nobody@example.org"):
        await guarded.client.post("/api/v1/session", json={"email": email, "password": "wrong"})
    assert len(work) == 2
    assert work[0] == work[1], "the same work factors"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x-csrf-token": "wrong"}, "http.wrong-token"),
        ({"origin": "https://evil.example"}, "http.cross-site"),
        ({"sec-fetch-site": "cross-site"}, "http.cross-site"),
        ({"sec-fetch-site": "same-site"}, "http.cross-site"),
    ],
    ids=str,
)
async def test_csr_01_a_change_by_cookie_needs_the_token_and_our_own_page(
    guarded: Served, headers: dict[str, str], code: str
) -> None:
    await set_up(guarded)
    answer = await guarded.client.post("/api/v1/keys", json={"name": "x", "role": "agent"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    fine = await guarded.client.post("/api/v1/keys", json={"name": "x", "role": "agent"})
    assert fine.status_code == 201


async def test_csr_01_json_in_disguise_and_signing_somebody_in_from_another_site_are_refused(guarded: Served) -> None:
    await set_up(guarded)
    guarded.client.cookies.clear()
    plain = {"content-type": "text/plain"}
    disguised = await guarded.client.post("/api/v1/session", content=b'{"email":"a@b","password":"x"}', headers=plain)
    assert disguised.status_code in (415, 422)
    foreign = await guarded.client.post("/api/v1/session", json=SIGN_IN, headers={"origin": "https://evil.example"})
    assert foreign.json()["code"] == "http.cross-site"


async def test_in_development_this_machine_is_signed_in_by_asking_and_others_are_not(served: Served) -> None:
    session = (await served.client.get("/api/v1/session")).json()
    assert (session["signed_in"], session["account"]["name"], session["environment"]) == (True, "Developer", "dev")
    foreign = {"sec-fetch-site": "cross-site"}
    async with httpx2.AsyncClient(transport=served.client._transport, base_url="http://localhost") as other:
        assert (await other.get("/api/v1/session", headers=foreign)).json()["signed_in"] is False
        assert (await other.get("/api/v1/session", headers={"host": "evil.example"})).json()["signed_in"] is False
        refused = await other.post("/api/v1/keys", json={"name": "x"}, headers={"origin": "https://evil.example"})
        assert refused.json()["code"] == "http.cross-site"


async def test_without_https_nobody_signs_in_from_elsewhere(guarded: Served) -> None:
    answer = await guarded.client.post("/api/v1/session", json=SIGN_IN, headers={"host": "bot.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "http.needs-https")


async def test_by_https_the_cookie_is_bound_to_this_very_host(guarded: Served) -> None:
    await set_up(guarded)
    transport = httpx2.ASGITransport(app=guarded.server)
    async with httpx2.AsyncClient(transport=transport, base_url="https://bot.example") as client:
        answer = await client.post("/api/v1/session", json=SIGN_IN)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-gutenbot=")
        assert "Secure" in cookie
        assert "max-age" in answer.headers["strict-transport-security"]


async def test_the_console_is_seen_as_another_role_and_nothing_can_be_changed(guarded: Served) -> None:
    await set_up(guarded)
    seen = (await guarded.client.put("/api/v1/session/view-as", json={"role": "analyst"})).json()
    assert (seen["viewing_as"], seen["role"]) == ("analyst", "owner")
    assert "keys:write" not in seen["permissions"]
    assert (await guarded.client.get("/api/v1/keys")).status_code == 403
    refused = await guarded.client.post("/api/v1/keys", json={"name": "x"})
    assert refused.json()["code"] == "http.read-only-view"
    back = (await guarded.client.put("/api/v1/session/view-as", json={"role": None})).json()
    assert back["viewing_as"] is None
    assert (await guarded.client.get("/api/v1/keys")).status_code == 200
