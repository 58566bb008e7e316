"""`GET /metrics`: who may read it, what is in it, and that nothing a stranger sends makes it grow."""

import re
from pathlib import Path
from typing import Any

import pytest
from core.tests.http.served import serving
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

PROXIED = {"x-forwarded-for": "203.0.113.9"}


def samples(text: str) -> dict[str, float]:
    """`name{label="value"}` → number."""
    found = re.findall(r"^(\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)
    return {key: float(value) for key, value in found}


async def test_a_turn_is_seen_from_its_event_to_its_answer(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        assert await served.texts({"text": "hello", "id": "m-1"}) == ["hello"]
        assert await served.texts({"text": "hello", "id": "m-1"}) == ["hello"]
        await served.say({"text": "boom"})
        answer = await served.client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        found = samples(answer.text)
    assert found['gutenbot_events_accepted_total{bot="echo",channel="api",lane="live"}'] == 2
    assert found['gutenbot_events_duplicate_total{channel="api"}'] == 1
    assert found['gutenbot_turns_total{bot="echo",channel="api",outcome="done"}'] == 1
    assert found['gutenbot_turns_total{bot="echo",channel="api",outcome="dead"}'] == 1
    assert found['gutenbot_turn_seconds_count{bot="echo"}'] == 2
    assert found['gutenbot_stage_seconds_count{stage="decide"}'] >= 1
    assert found['gutenbot_stage_seconds_bucket{le="+Inf",stage="load"}'] >= 1
    assert found["gutenbot_commit_seconds_count"] == 2
    assert found["gutenbot_accept_seconds_count"] == 3
    assert found['gutenbot_dead_letters{bot="echo"}'] == 1
    assert found["gutenbot_open_events"] == 0
    assert found["gutenbot_database_up"] == 1
    assert found['gutenbot_worker_up{worker="0"}'] == 1
    assert found['gutenbot_http_requests_total{part="converse",status="2xx"}'] == 3
    assert found['gutenbot_process_resident_bytes{worker="0"}'] > 1e7


async def test_the_text_is_what_prometheus_and_openmetrics_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        await served.texts({"text": "hello"})
        plain = await served.client.get("/metrics")
        modern = await served.client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    names = {family.name for family in parse(plain.text)}
    assert {"gutenbot_turns", "gutenbot_turn_seconds", "gutenbot_backlog_events"} <= names
    assert modern.headers["content-type"].startswith("application/openmetrics-text")
    read: Any = openmetrics.text_string_to_metric_families
    assert {family.name for family in read(modern.text)} == names
    described = {family.name: family.documentation for family in parse(plain.text)}
    assert [name for name, text in described.items() if not text] == []


async def test_strangers_read_nothing_and_everybody_else_as_they_may(tmp_path: Path) -> None:
    async with serving(tmp_path, dev=False) as served:
        client = served.client
        assert (await client.get("/metrics")).status_code == 200, "a program on this machine"
        assert (await client.get("/metrics", headers=PROXIED)).status_code == 401
        for name in ("x-real-ip", "forwarded", "via"):
            assert (await client.get("/metrics", headers={name: "203.0.113.9"})).status_code == 401, name
        assert (await client.get("/metrics", headers={"host": "bots.example.com"})).status_code == 401
        assert (await client.get("/metrics", headers=PROXIED | await served.key("analyst"))).status_code == 200
        assert (await client.get("/metrics", headers=PROXIED | await served.key("editor"))).status_code == 403
        wrong = {"authorization": "Bearer nonsense"}
        assert (await client.get("/metrics", headers=PROXIED | wrong)).status_code == 401
        assert (await client.post("/metrics")).status_code == 405


async def test_with_a_token_it_is_the_token_that_counts(tmp_path: Path) -> None:
    async with serving(tmp_path, dev=False, metrics_token="s3cret-token") as served:
        client = served.client
        token = {"authorization": "Bearer s3cret-token"}
        assert (await client.get("/metrics")).status_code == 401, "being here is not enough any more"
        assert (await client.get("/metrics", headers=PROXIED | token)).status_code == 200
        assert (
            await client.get("/metrics", headers=PROXIED | {"authorization": "Bearer s3cret-tokeN"})
        ).status_code == 401
        assert (await client.get("/metrics", headers=PROXIED | await served.key("admin"))).status_code == 200
        assert (await client.get("/api/v1/bots", headers=PROXIED | token)).status_code == 401, "it opens nothing else"


async def test_inp_14_events_that_nobody_knows_make_no_metric(tmp_path: Path) -> None:
    async def sent(first: int) -> None:
        for start in range(first, first + 1000, 100):
            items: list[dict[str, Any]] = [
                {"event": {"type": "custom", "name": f"strange-{number}"}, "wait_s": 0, "user": f"user-{number}"}
                for number in range(start, start + 100)
            ]
            answer = await served.say(items, f"c-{start}")
            assert answer.status_code in (200, 202), answer.text

    async with serving(tmp_path) as served:
        await sent(0)
        for path in ("/metrics", "/nowhere/1", "/console/x", "/api/v1/nothing"):
            await served.client.get(path)
        before = len(samples((await served.client.get("/metrics")).text))
        await sent(10_000)
        for number in range(100):
            await served.client.get(f"/nowhere/{number}")
        after = samples((await served.client.get("/metrics")).text)
    assert len(after) == before
    assert not any("strange" in key or "user-" in key for key in after)


async def test_a_database_that_does_not_answer_leaves_the_rest_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise TimeoutError

    async with serving(tmp_path) as served:
        await served.texts({"text": "hello"})
        monkeypatch.setattr(served.app.storage, "read", away)
        found = samples((await served.client.get("/metrics")).text)
    assert found["gutenbot_database_up"] == 0
    assert "gutenbot_open_events" not in found
    assert found["gutenbot_commit_seconds_count"] == 1
