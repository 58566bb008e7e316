"""The routes of the API, one after the other."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from core.tests.http.served import Served, echo_bot, serving

from gutenbot.app.app import Mode
from gutenbot.kernel.ids import conversation_id, user_id
from gutenbot.modules.module import Module
from gutenbot.storage.errors import StorageSlow

ANN = conversation_id("echo", "api", "ann")
ANN_USER = user_id("echo", "api", "ann")


async def test_health_says_alive_and_ready_says_why_not(served: Served) -> None:
    assert (await served.client.get("/health")).json()["status"] == "ok"
    assert (await served.client.get("/ready")).json() == {"status": "ready", "reasons": [], "notices": []}
    await served.app.begin_stop()
    answer = await served.client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["stopping"]


async def test_every_answer_bears_the_headers_that_keep_browsers_careful(served: Served) -> None:
    for path in ("/health", "/api/v1/bots", "/api/v1/nothing", "/nowhere", "/api/v1/converse/ann"):
        headers = (await served.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["x-request-id"], path
        assert "default-src 'none'" in headers["content-security-policy"], path


async def test_what_is_not_there_is_a_problem_with_a_code(served: Served) -> None:
    for path in ("/nowhere", "/api/v1/nothing", "/bots/echo/nothing", "/bots/nobody/x"):
        answer = await served.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "http.not-found"), path


async def test_a_wrong_method_says_which_ones_are_right(served: Served) -> None:
    answer = await served.client.delete("/api/v1/bots")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert (await served.client.put("/api/v1/converse/ann")).status_code == 405


async def test_all_mistakes_of_a_request_are_listed(served: Served) -> None:
    answer = await served.client.post("/api/v1/keys", json={"name": "", "role": "King!"})
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == ["body.name", "body.role"]


async def test_bots_and_modules_are_listed(served: Served) -> None:
    (bot,) = (await served.client.get("/api/v1/bots")).json()
    assert bot["id"] == "echo"
    assert "echo" in bot["dialogs"]
    modules = (await served.client.get("/api/v1/modules")).json()
    assert [one["name"] for one in modules] == ["core", "echo"]


async def test_users_are_listed_page_by_page_and_by_tag(served: Served) -> None:
    for number in range(5):
        await served.texts({"text": "hi"}, f"user{number}")
    first = (await served.client.get("/api/v1/bots/echo/users?limit=3")).json()
    rest = (await served.client.get(f"/api/v1/bots/echo/users?limit=3&after={first['next']}")).json()
    found = [one["id"] for one in first["items"] + rest["items"]]
    assert len(set(found)) == 5
    assert rest["next"] is None
    assert (await served.client.get("/api/v1/bots/echo/users?tag=VIP")).json()["items"] == []
    assert (await served.client.get(f"/api/v1/bots/echo/users/{found[0]}")).json()["id"] == found[0]
    assert (await served.client.get("/api/v1/bots/echo/users/nobody")).status_code == 404


async def test_a_thread_shows_both_directions(served: Served) -> None:
    await served.texts({"text": "twice", "id": "7"})
    thread = (await served.client.get(f"/api/v1/bots/echo/conversations/{ANN}/thread")).json()
    assert [(one["n"], one["dir"]) for one in thread["items"]] == [(1, "in"), (2, "out"), (3, "out")]
    rest = (await served.client.get(f"/api/v1/bots/echo/conversations/{ANN}/thread?after=2")).json()
    assert [one["body"]["text"] for one in rest["items"]] == ["two"]
    listed = (await served.client.get(f"/api/v1/bots/echo/users/{ANN_USER}/conversations")).json()
    assert [one["id"] for one in listed["items"]] == [ANN]
    assert (await served.client.get("/api/v1/bots/echo/conversations/nothing")).status_code == 404


async def test_a_message_reaches_the_latest_conversation_once_per_key(served: Served) -> None:
    await served.texts({"text": "hi"})
    for _ in range(2):
        answer = await served.client.post(
            f"/api/v1/bots/echo/users/{ANN_USER}/messages", json={"text": "News!", "key": "n1"}
        )
        assert answer.json() == {"conversations": [ANN]}
    said = (await served.client.get("/api/v1/converse/ann?after=2")).json()
    assert [message["text"] for message in said["messages"]] == ["News!"]


async def test_a_handoff_is_concluded_and_the_dialog_goes_on(served: Served) -> None:
    await served.texts({"text": "person"})
    assert await served.texts({"text": "hello?", "wait_s": 1}) == []
    done = await served.client.post(f"/api/v1/bots/echo/conversations/{ANN}/conclude", json={"result": {"ok": 1}})
    assert done.status_code == 202
    said = (await served.client.get("/api/v1/converse/ann?after=2&wait_s=5")).json()
    assert "They said" in said["messages"][-1]["text"]


async def test_names_of_gutenbot_itself_cannot_be_emitted(served: Served) -> None:
    await served.texts({"text": "hi"})
    body = {"name": "gutenbot.start", "data": {}}
    answer = await served.client.post(f"/api/v1/bots/echo/conversations/{ANN}/events", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "events.reserved-name")


async def test_a_dead_letter_is_seen_and_replayed_and_its_trace_says_what_went_wrong(served: Served) -> None:
    await served.texts({"text": "boom"})
    (letter,) = (await served.client.get("/api/v1/bots/echo/dead-letters")).json()["items"]
    assert "broken on purpose" in letter["error"]
    trace = (await served.client.get(f"/api/v1/bots/echo/turns/{letter['seq']}")).json()
    assert "broken on purpose" in trace["error"]
    again = await served.client.post(f"/api/v1/bots/echo/dead-letters/{letter['seq']}/replay")
    assert again.status_code == 202
    await asyncio.wait_for(served.app.turns.idle(), 10)
    twice = await served.client.post(f"/api/v1/bots/echo/dead-letters/{letter['seq']}/replay")
    assert (twice.status_code, twice.json()["code"]) == (404, "storage.no-dead-letter")
    assert (await served.client.get("/api/v1/bots/echo/turns/999999")).status_code == 404


async def test_a_bots_own_route_gives_data_text_or_a_response(tmp_path: Path) -> None:
    bot = echo_bot()

    @bot.route("/hook/{name}", methods=("GET", "POST"))
    async def hook(request: object) -> dict[str, str]:
        return {"name": request.path_params["name"]}  # type: ignore[attr-defined]

    @bot.route("/text")
    def text(request: object) -> str:
        return "plain"

    @bot.route("/broken")
    def broken(request: object) -> str:
        raise RuntimeError("secret detail")

    async with serving(tmp_path, bot) as served:
        assert (await served.client.post("/bots/echo/hook/ann")).json() == {"name": "ann"}
        assert (await served.client.get("/bots/echo/text")).text == "plain"
        wrong = await served.client.put("/bots/echo/hook/ann")
        assert wrong.status_code == 405
        failed = await served.client.get("/bots/echo/broken")
        assert (failed.status_code, failed.json()["code"]) == (500, "bug")
        assert "secret detail" not in failed.text


async def test_mounted_apps_get_the_longest_prefix_and_the_root_only_itself(tmp_path: Path) -> None:
    module = Module("mounts")
    for prefix in ("/", "/web", "/web/deep", "/w.js"):
        module.contribute("asgi_apps", prefix, lambda app, prefix=prefix: _says(prefix))
    async with serving(tmp_path, modules=[module], mode=Mode(threaded=False)) as served:
        paths = {"/": "/", "/web": "/web", "/web/x": "/web", "/web/deep/x": "/web/deep", "/w.js": "/w.js"}
        assert {path: (await served.client.get(path)).text for path in paths} == paths
        for path in ("/other", "/webby", "/w.jsx"):
            assert (await served.client.get(path)).status_code == 404, path
        assert (await served.client.get("/web")).headers["x-content-type-options"] == "nosniff"
        too_large = await served.client.post("/web", content=b"x", headers={"content-length": "99999999999"})
        assert too_large.status_code == 413


def _says(words: str):  # type: ignore[no-untyped-def]
    async def app(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": words.encode()})

    return app


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/bots/echo/users",
        "/api/v1/bots/echo/dead-letters",
        "/api/v1/bots/echo/users/{user}/conversations",
        "/api/v1/bots/echo/conversations/{conversation}/thread",
    ],
)
async def test_rat_07_every_list_has_an_end(served: Served, path: str) -> None:
    await served.texts({"text": "hi"})
    url = path.format(user=ANN_USER, conversation=ANN)
    for limit in ("0", "201", "1000000", "-1", "%", "1e3"):
        assert (await served.client.get(url, params={"limit": limit})).status_code == 422
    assert (await served.client.get(url, params={"limit": 200})).status_code == 200


async def test_rat_07_a_list_that_takes_too_long_is_stopped_and_says_so(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*_: Any, **__: Any) -> Any:
        raise StorageSlow(limit_s=5.0)

    monkeypatch.setattr(served.app.storage, "list_users", slow)
    answer = await served.client.get("/api/v1/bots/echo/users", params={"tag": "%"})
    assert (answer.status_code, answer.json()["code"]) == (503, "storage.slow")
    assert answer.headers["retry-after"]
