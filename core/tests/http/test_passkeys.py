"""Passkeys: added, used, and every way to cheat with them."""

from typing import Any

import pytest
from core.tests.http.house import House, Someone
from core.tests.http.soft_key import SoftKey


async def added(owner: Someone) -> SoftKey:
    key = SoftKey()
    options = await owner.do("POST", "/account/passkeys/options")
    await owner.do("POST", "/account/passkeys", {"name": "Laptop", "credential": key.make(options)})
    return key


async def options_of(someone: Someone) -> dict[str, Any]:
    found: dict[str, Any] = await someone.do("POST", "/session/passkey/options")
    return found


async def test_a_passkey_is_added_signs_in_and_is_removed(house: House) -> None:
    owner = await house.owner()
    key = await added(owner)
    guest = house.stranger()
    key.counter = 2
    session = await guest.do("POST", "/session/passkey", {"credential": key.use(await options_of(guest))})
    assert session["account"]["id"] == owner.id
    (listed,) = (await owner.get("/account/passkeys"))["items"]
    assert (listed["name"], listed["last_used"] is None) == ("Laptop", False)
    await owner.do("DELETE", f"/account/passkeys/{listed['id']}")
    key.counter = 3
    body = {"credential": key.use(await options_of(guest))}
    assert await guest.refused("POST", "/session/passkey", body) == "accounts.wrong-passkey"
    assert await owner.refused("DELETE", f"/account/passkeys/{listed['id']}") == "accounts.no-passkey"


@pytest.mark.parametrize(
    "bend",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8080"},
        {"rp_id": "evil.example"},
        {"flags": 0x01},
    ],
    ids=str,
)
async def test_aut_07_another_origin_another_site_and_an_unlocked_device_are_refused(
    house: House, bend: dict[str, Any]
) -> None:
    key = await added(await house.owner())
    guest = house.stranger()
    key.counter = 2
    body = {"credential": key.use(await options_of(guest), **bend)}
    assert await guest.refused("POST", "/session/passkey", body) == "accounts.wrong-passkey"


async def test_aut_07_a_counter_that_goes_back_and_a_challenge_that_was_used_are_refused(house: House) -> None:
    key = await added(await house.owner())
    guest = house.stranger()
    key.counter = 5
    body = {"credential": key.use(await options_of(guest))}
    await guest.do("POST", "/session/passkey", body)
    assert await guest.refused("POST", "/session/passkey", body) == "accounts.challenge-over"
    key.counter = 4
    copied = {"credential": key.use(await options_of(guest))}
    assert await guest.refused("POST", "/session/passkey", copied) == "accounts.wrong-passkey"
    key.counter = 6
    late = {"credential": key.use(await options_of(guest))}
    house.clock.ahead_s += 11 * 60
    assert await guest.refused("POST", "/session/passkey", late) == "accounts.challenge-over"


async def test_aut_07_the_answer_of_one_account_adds_nothing_to_another(house: House) -> None:
    owner = await house.owner()
    member = await house.member(owner, "editor")
    options = await owner.do("POST", "/account/passkeys/options")
    body = {"name": "X", "credential": SoftKey().make(options)}
    assert await member.refused("POST", "/account/passkeys", body) == "accounts.wrong-passkey"
    wrong = {
        "name": "X",
        "credential": SoftKey().make(await owner.do("POST", "/account/passkeys/options"), "https://x.y"),
    }
    assert await owner.refused("POST", "/account/passkeys", wrong) == "accounts.wrong-passkey"


async def test_a_passkey_is_added_soon_after_the_sign_in_only(house: House) -> None:
    owner = await house.owner()
    options = await owner.do("POST", "/account/passkeys/options")
    house.later(16 * 60)
    body = {"name": "X", "credential": SoftKey().make(options)}
    assert await owner.refused("POST", "/account/passkeys", body) == "accounts.sign-in-again"
    assert await owner.refused("POST", "/account/passkeys/options") == "accounts.sign-in-again"
    again = house.stranger()
    await again.sign_in("olga@example.org")
    await added(again)


NONSENSE: list[dict[str, Any]] = [
    {},
    {"id": 1},
    {"response": {"clientDataJSON": "%%"}},
    {"response": {"clientDataJSON": "e30"}},
    {"response": {"clientDataJSON": "W10"}},
]


@pytest.mark.parametrize("credential", NONSENSE, ids=str)
async def test_nonsense_is_refused_with_a_reason(house: House, credential: dict[str, Any]) -> None:
    guest = house.stranger()
    code = await guest.refused("POST", "/session/passkey", {"credential": credential})
    assert code in ("accounts.wrong-passkey", "accounts.challenge-over")
