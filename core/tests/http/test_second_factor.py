"""Codes of an authenticator app and recovery codes: good once, not to be left out, sealed in the database."""

import base64
import os

from core.tests.http.house import House, code_now

from gutenbot.accounts import people, totp
from gutenbot.app.resealing import reseal
from gutenbot.kernel.sealing import Keyring


async def test_aut_06_a_code_is_good_once_and_the_second_factor_cannot_be_left_out(house: House) -> None:
    owner = await house.owner()
    offered = await owner.do("POST", "/account/totp")
    assert offered["uri"].startswith("otpauth://totp/Gutenbot%3Aolga%40example.org?secret=")
    assert await owner.refused("POST", "/account/totp/confirm", {"code": "000000"}) == "accounts.wrong-code"
    codes = (await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, offered["secret"])}))[
        "recovery_codes"
    ]
    assert len(set(codes)) == 10
    assert await owner.refused("POST", "/account/totp") == "accounts.second-factor-on", "not without the password"
    guest = house.stranger()
    pending = (await guest.sign_in("olga@example.org")).json()
    assert set(pending) == {"second_factor", "challenge"}
    assert "set-cookie" not in (await guest.sign_in("olga@example.org")).headers
    used = {"challenge": pending["challenge"], "kind": "totp", "code": code_now(house, offered["secret"])}
    assert await guest.refused("POST", "/session/second-factor", used) == "accounts.wrong-code", "used for confirming"
    house.later(31)
    right = {"challenge": pending["challenge"], "kind": "totp", "code": code_now(house, offered["secret"])}
    assert (await guest.do("POST", "/session/second-factor", right))["signed_in"]
    assert await house.stranger().refused("POST", "/session/second-factor", right) == "accounts.challenge-over"
    for number, expected in enumerate(("accounts.wrong-code", "")):
        challenge = (await house.stranger().sign_in("olga@example.org")).json()["challenge"]
        body = {"challenge": challenge, "kind": "recovery", "code": codes[0].upper()}
        answer = await house.stranger().call("POST", "/session/second-factor", body)
        assert answer.json().get("code", "") == ("" if number == 0 else "accounts.wrong-code"), expected
    assert (await owner.refused("DELETE", "/account/totp", {"password": "wrong"})) == "accounts.wrong-password"


async def test_aut_06_a_challenge_bears_five_tries(house: House) -> None:
    owner = await house.owner()
    secret = (await owner.do("POST", "/account/totp"))["secret"]
    await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})
    guest = house.stranger()
    challenge = (await guest.sign_in("olga@example.org")).json()["challenge"]
    body = {"challenge": challenge, "kind": "totp", "code": "000000"}
    found = [await guest.refused("POST", "/session/second-factor", body) for _ in range(6)]
    assert found == ["accounts.wrong-code"] * 5 + ["accounts.challenge-over"]


async def test_aut_06_who_has_the_password_cannot_guess_on_and_does_not_lock_the_owner_out(house: House) -> None:
    owner = await house.owner()
    secret = (await owner.do("POST", "/account/totp"))["secret"]
    await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})
    house.later(31)
    found = []
    for network in range(3):
        thief = house.stranger(f"203.0.{network}.9")
        challenge = (await thief.sign_in("olga@example.org")).json()["challenge"]
        body = {"challenge": challenge, "kind": "totp", "code": "000000"}
        found += [await thief.refused("POST", "/session/second-factor", body) for _ in range(4)]
    assert found == ["accounts.wrong-code"] * 10 + ["accounts.too-many-tries"] * 2
    await _signs_in(house, base64.b32decode(secret))


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the last six digits."""
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert totp.code_at(b"12345678901234567890", seconds // totp.STEP_S) == code


async def test_sec_04_who_has_the_database_alone_can_make_no_codes(house: House) -> None:
    owner = await house.owner()
    secret = (await owner.do("POST", "/account/totp"))["secret"]
    codes = (await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)}))["recovery_codes"]
    raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    kept = bytes((await house.desk.read(lambda db: people.by_id(db, owner.id)))["totp_secret"])
    assert raw not in kept
    assert raw.hex().encode() not in kept
    house.later(31)
    house.desk.keyring = Keyring()  # another server, to which the key did not come
    challenge = (await house.stranger().sign_in("olga@example.org")).json()["challenge"]
    body = {"challenge": challenge, "kind": "totp", "code": code_now(house, secret)}
    answer = await house.stranger().call("POST", "/session/second-factor", body)
    assert (answer.status_code, answer.json()["code"]) == (503, "accounts.codes-unreadable")
    body = {"challenge": challenge, "kind": "recovery", "code": codes[0]}
    assert (await house.stranger().do("POST", "/session/second-factor", body))["signed_in"]


async def test_sec_04_a_secret_cannot_be_moved_to_another_account(house: House) -> None:
    owner = await house.owner()
    secret = (await owner.do("POST", "/account/totp"))["secret"]
    await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})
    kept = bytes((await house.desk.read(lambda db: people.by_id(db, owner.id)))["totp_secret"])
    member = await house.member(owner, "editor")
    await house.desk.write(lambda db: people.change(db, member.id, totp_secret=kept))
    house.later(31)
    challenge = (await house.stranger().sign_in("editor@example.org")).json()["challenge"]
    body = {"challenge": challenge, "kind": "totp", "code": code_now(house, secret)}
    assert await house.stranger().refused("POST", "/session/second-factor", body) == "accounts.codes-unreadable"


async def test_sec_04_a_secret_that_was_kept_as_it_is_is_sealed_and_goes_on_working(house: House) -> None:
    owner = await house.owner()
    app, plain = house.served.app, b"123456789:1234567890"  # as long as those of the first releases
    assert await reseal(app.storage, house.desk.keyring, app.clock) == 0, "nobody has a second factor"
    await house.desk.write(lambda db: people.change(db, owner.id, totp_secret=plain, totp_offered=plain))
    await _signs_in(house, plain)
    assert await reseal(app.storage, house.desk.keyring, app.clock) == 2
    row = await house.desk.read(lambda db: people.by_id(db, owner.id))
    assert plain not in bytes(row["totp_secret"]) + bytes(row["totp_offered"])
    assert await reseal(app.storage, house.desk.keyring, app.clock) == 0, "once is enough"
    await _signs_in(house, plain)


async def test_cra_17_a_key_that_is_exchanged_may_leave_after_the_next_start(house: House) -> None:
    owner = await house.owner()
    app, former, new = house.served.app, *(base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    house.desk.keyring = Keyring(given=former)
    secret = (await owner.do("POST", "/account/totp"))["secret"]
    await owner.do("POST", "/account/totp/confirm", {"code": code_now(house, secret)})
    assert await reseal(app.storage, Keyring(given=new), app.clock) == 0, "what does not open stays as it is"
    assert await reseal(app.storage, Keyring(given=f"{new},{former}"), app.clock) == 1
    house.desk.keyring = Keyring(given=new)
    await _signs_in(house, base64.b32decode(secret))


async def _signs_in(house: House, secret: bytes) -> None:
    """With a password and a code of the next half minute."""
    house.later(31)
    challenge = (await house.stranger().sign_in("olga@example.org")).json()["challenge"]
    code = code_now(house, base64.b32encode(secret).decode().rstrip("="))
    body = {"challenge": challenge, "kind": "totp", "code": code}
    assert (await house.stranger().do("POST", "/session/second-factor", body))["signed_in"]
