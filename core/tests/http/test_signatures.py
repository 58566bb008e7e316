"""Keys of programs: what is not taken for one, and what a caller without one can neither do nor learn."""

from pathlib import Path

import pytest
from core.tests.http.served import Served, serving

from gutenbot import Bot
from gutenbot.http.auth import key_hash
from gutenbot.kernel.ids import conversation_id
from gutenbot.storage.errors import NoConversation
from gutenbot.storage.rows import KeyHolder


async def test_sig_08_no_web_token_is_taken_for_a_key(guarded: Served) -> None:
    none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGUiOiJhZG1pbiJ9."
    for given in (none, f"{none}c2lnbmF0dXJl", "null", "undefined"):
        answer = await guarded.say({"text": "hi"}, headers={"authorization": f"Bearer {given}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "http.wrong-key")


async def test_sig_09_keys_are_found_by_their_hash_alone(guarded: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    real = guarded.app.storage.key

    async def recorded(digest: bytes) -> KeyHolder | None:
        asked.append(digest)
        return await real(digest)

    headers = await guarded.key("operator")
    monkeypatch.setattr(guarded.app.storage, "key", recorded)
    assert (await guarded.say({"text": "hi"}, headers=headers)).status_code == 200
    assert (await guarded.say({"text": "hi"}, headers={"authorization": "Bearer gb_x"})).status_code == 401
    assert asked == [key_hash(b"gb_operator"), key_hash(b"gb_x")]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer gb_wrong", "Basic YTpi", "Visitor 1.x.y"])
async def test_sig_11_converse_keeps_nothing_of_who_has_no_key(guarded: Served, header: str | None) -> None:
    headers = {"authorization": header} if header is not None else {}
    for body in ({"text": "hi"}, {"text": 3}, [{"text": "hi", "bot": "nobody"}]):
        assert (await guarded.say(body, headers=headers)).status_code == 401
    with pytest.raises(NoConversation):
        await guarded.app.storage.load(conversation_id("echo", "api", "ann"))


async def test_sig_12_with_several_bots_none_is_chosen_for_a_caller(tmp_path: Path) -> None:
    async with serving(tmp_path, Bot("cobalt"), Bot("vermilion"), dev=False) as served:
        assert "cobalt" not in (await served.say({"text": "hi"})).text, "who has no key learns no names"
        headers = await served.key("operator")
        assert (await served.say({"text": "hi"}, headers=headers)).status_code == 422
        answer = await served.say({"text": "hi", "bot": "ochre"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "turns.unknown-bot")
