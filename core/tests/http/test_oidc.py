"""Signing in with another service, and every way to cheat at it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from core.tests.http.house import House, Skipping, Someone
from core.tests.http.identity_service import IdentityService
from core.tests.http.served import serving
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from gutenbot.accounts.tables import IDENTITY
from gutenbot.app.console_settings import ConsoleSettings, OidcSettings
from gutenbot.http.routes.oidc import safe_path

FAILED = "/console/sign-in?error=accounts.foreign-sign-in"


class Place:
    """A house, and the service that people of it may sign in with."""

    def __init__(self, house: House, service: IdentityService) -> None:
        self.house = house
        self.service = service

    async def begin(self, someone: Someone, return_to: str = "/console/team", provider: str = "one") -> tuple[str, str]:
        """Goes to the service; returns the code and the state that it would come back with."""
        answer = await someone.call("GET", f"/oidc/{provider}/start?return_to={return_to}")
        assert answer.status_code == 302, answer.text
        url = answer.headers["location"]
        return self.service.consent(url), parse_qs(urlsplit(url).query)["state"][0]

    async def come_back(self, someone: Someone, code: str, state: str, provider: str = "one", more: str = "") -> str:
        """Where the browser ends."""
        answer = await someone.call("GET", f"/oidc/{provider}/callback?code={code}&state={state}{more}")
        assert answer.status_code == 302
        location: str = answer.headers["location"]
        return location

    async def whole(self, someone: Someone | None = None) -> str:
        someone = someone or self.house.stranger()
        return await self.come_back(someone, *await self.begin(someone))


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    service = IdentityService()
    await service.start()
    common: dict[str, Any] = {"issuer": service.issuer, "client_secret": SecretStr("hush")}
    console = ConsoleSettings(oidc={
        "one": OidcSettings(name="One", client_id="gutenbot", **common),
        "open": OidcSettings(client_id="gutenbot", role="analyst", domains=("new.example",), **common),
    })  # fmt: skip
    clock = Skipping()
    async with serving(tmp_path, dev=False, console=console, clock=clock, base_url="http://localhost") as served:
        yield Place(House(served, clock), service)
    await service.stop()


async def test_a_known_person_signs_in_and_comes_back_to_where_they_were(place: Place) -> None:
    await place.house.owner()
    guest = place.house.stranger()
    listed = (await guest.get("/session"))["methods"]["oidc"]
    assert listed == [{"id": "one", "name": "One"}, {"id": "open", "name": "open"}]
    assert await place.whole(guest) == "/console/team"
    session = await guest.get("/session")
    assert session["account"]["email"] == "olga@example.org"
    place.service.person["email"] = "other@example.org"  # the service's own name for them is what counts now
    again = place.house.stranger()
    assert await place.whole(again) == "/console/team"
    assert (await again.get("/session"))["account"]["id"] == session["account"]["id"]


@pytest.mark.parametrize(
    ("bend", "fine"),
    [
        ({"nonce": "other"}, False),
        ({"nonce": None}, False),
        ({"iss": "https://evil.example"}, False),
        ({"aud": "somebody-else"}, False),
        ({"aud": ["gutenbot", "other"]}, False),
        ({"aud": ["gutenbot", "other"], "azp": "gutenbot"}, True),
        ({"exp": 1000}, False),
        ({"exp": None}, False),
        ({"sub": None}, False),
        ({"sub": ""}, False),
        ({"iat": 99999999999}, False),
    ],
    ids=str,
)
async def test_aut_08_what_the_service_says_is_checked(place: Place, bend: dict[str, Any], fine: bool) -> None:
    await place.house.owner()
    place.service.bend = bend
    assert await place.whole() == ("/console/team" if fine else FAILED)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "stranger"])
async def test_aut_12_only_the_services_own_signature_counts(place: Place, algorithm: str) -> None:
    await place.house.owner()
    place.service.algorithm = algorithm
    assert await place.whole() == FAILED


async def test_aut_08_a_subject_of_another_issuer_under_the_same_name_is_somebody_else(place: Place) -> None:
    owner = await place.house.owner()
    assert await place.whole() == "/console/team"
    desk = place.house.desk
    await desk.write(lambda db: db.execute(IDENTITY.update().values(provider="one")))  # as an earlier release kept it
    place.service.person["email"] = "changed@example.org"
    guest = place.house.stranger()
    assert await place.whole(guest) == "/console/team"
    assert (await guest.get("/session"))["account"]["id"] == owner.id
    other = IdentityService()
    await other.start()
    try:
        console = place.house.served.server.console
        console.oidc = {"one": console.oidc["one"].model_copy(update={"issuer": other.issuer})}
        other.person |= {"sub": place.service.person["sub"], "email": "eve@example.org"}
        assert await Place(place.house, other).whole() == "/console/sign-in?error=accounts.not-invited"
    finally:
        await other.stop()


async def test_new_keys_of_the_service_are_fetched(place: Place) -> None:
    await place.house.owner()
    assert await place.whole() == "/console/team"
    place.service.key = RSAKey.generate_key(2048, {"kid": "newer", "alg": "RS256"})
    assert await place.whole() == "/console/team"


async def test_aut_08_the_answer_is_for_the_browser_that_asked_once_and_from_the_service_that_was_asked(
    place: Place,
) -> None:
    await place.house.owner()
    victim, attacker = place.house.stranger(), place.house.stranger()
    code, state = await place.begin(attacker)
    assert await place.come_back(victim, code, state) == FAILED, "another browser's state"
    assert await place.come_back(attacker, code, "") == FAILED
    assert await place.come_back(attacker, code, state, provider="open") == FAILED, "mix-up"
    code, state = await place.begin(attacker)
    assert await place.come_back(attacker, code, state, more="&iss=https://evil.example") == FAILED
    code, state = await place.begin(attacker)
    assert await place.come_back(attacker, code, state) == "/console/team"
    assert await place.come_back(attacker, code, state) != "/console/team", "a state is good once"


async def test_who_is_new_comes_only_where_that_is_allowed_and_with_a_verified_address(place: Place) -> None:
    place.service.person = {"sub": "7", "email": "ann@new.example", "email_verified": True, "name": "Ann"}
    refused = "/console/sign-in?error=accounts.not-invited"
    assert await place.whole() == refused
    guest = place.house.stranger()
    for person, end in (
        ({"email_verified": False}, refused),
        ({"email": "ann@old.example"}, refused),
        ({"email": "ann@new.example", "email_verified": True}, "/console/"),
    ):
        place.service.person |= {"email_verified": True, **person}
        guest = place.house.stranger()
        code, state = await place.begin(guest, "/elsewhere", "open")
        assert await place.come_back(guest, code, state, "open") == end
    assert (await guest.get("/session"))["role"] == "analyst"


async def test_a_disabled_account_does_not_come_in_by_the_side(place: Place) -> None:
    owner = await place.house.owner()
    other = await place.house.member(owner, "owner", "second")
    await other.do("PATCH", f"/accounts/{owner.id}", {"disabled": True})
    assert await place.whole() == "/console/sign-in?error=accounts.wrong-password"


@pytest.mark.parametrize(
    "path",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/console/\\..", "/console//evil.example", "javascript:x",
     "/api/v1/keys", "/console/\r\nx"],
)  # fmt: skip
def test_aut_08_the_way_back_stays_in_the_console(path: str) -> None:
    assert safe_path(path) == "/console/"


def test_the_way_back_keeps_its_query() -> None:
    assert safe_path("/console/team?tab=roles&u=https://x//y") == "/console/team?tab=roles&u=https://x//y"
