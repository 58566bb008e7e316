"""`/health` and `/ready`: what is wrong, who is told how much, and what keeps traffic away."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core.tests.http.served import Served, echo_bot, serving

from gutenbot.modules.module import Module
from gutenbot.turns.measures import FAILING

PROXIED = {"x-forwarded-for": "203.0.113.9"}


async def component(served: Served, name: str, **headers: str) -> dict[str, str]:
    answer = await served.client.get("/health", headers=headers)
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()["components"][name]
    return found


async def test_a_healthy_server_names_its_parts(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        found = (await served.client.get("/health")).json()
        assert found["status"] == "ok"
        assert {"process", "database", "disk", "backlog", "turns", "modules", "sending", "channel api"} <= set(
            found["components"]
        )
        assert "MiB are free" in found["components"]["disk"]["detail"]
        ready = await served.client.get("/ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "reasons": [], "notices": []})
        assert "retry-after" not in ready.headers


async def test_a_failed_module_degrades_the_server_and_keeps_it_ready(tmp_path: Path) -> None:
    broken = Module("broken")

    @broken.on_start
    async def start(app: Any) -> None:
        raise RuntimeError("no licence in /etc/secret")

    async with serving(tmp_path, echo_bot(), modules=[broken]) as served:
        assert (await served.client.get("/health")).json()["status"] == "degraded"
        ready = await served.client.get("/ready")
        assert ready.status_code == 200
        assert ready.json()["notices"] == [
            "modules: 1 of them do not work as they should (broken (failed): RuntimeError: no licence in /etc/secret)"
        ]
        stranger = await served.client.get("/ready", headers=PROXIED)
        assert stranger.json()["notices"] == ["modules: 1 of them do not work as they should"]
        assert "detail" not in await component(served, "modules", **PROXIED)


Trouble = Callable[[Served, pytest.MonkeyPatch], None]


def database_away(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(served.app.storage), "healthy", lambda _: "no route to db.internal:5432")


def stopping(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.app, "stopping", True)


def leaving(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.app, "leaving", True)


def disk_full(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.app.storage.disk, "full", True)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("trouble", "part", "reason"),
    [
        (database_away, "database", "database: it cannot be written"),
        (stopping, "process", "stopping"),
        (leaving, "process", "stopping"),
        (disk_full, "disk", "disk: it is full"),
    ],
)
async def test_what_is_down_keeps_traffic_away_and_says_when_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, part: str, reason: str
) -> None:
    async with serving(tmp_path) as served:
        trouble(served, monkeypatch)
        ready = await served.client.get("/ready", headers=PROXIED)
        assert ready.status_code == 503
        assert ready.headers["retry-after"] == "5"
        assert reason in ready.json()["reasons"]
        assert "db.internal" not in ready.text
        assert (await component(served, part))["status"] == "down"
        assert (await served.client.get("/health")).status_code == 200, "starting it again would not help"
        monkeypatch.undo()
        assert (await served.client.get("/ready")).status_code == 200


async def test_a_full_backlog_refuses_events_and_leaves_pages_reachable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path) as served:
        monkeypatch.setattr(served.app.turns, "_backlog", served.app.turns.backlog_limit)
        refused = await served.say({"text": "hello"})
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        ready = await served.client.get("/ready")
        assert (ready.status_code, len(ready.json()["notices"])) == (200, 1)
        assert (await component(served, "backlog"))["status"] == "degraded"
        text = (await served.client.get("/metrics")).text
        assert 'gutenbot_events_refused_total{reason="backlog"} 1.0' in text


async def test_a_channel_whose_sends_come_to_nothing_is_degraded_until_one_arrives(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.app.measures.failing["api"] = (FAILING, "401 from the network")
        found = await component(served, "channel api")
        assert found == {
            "status": "degraded",
            "reason": f"the last {FAILING} sends came to nothing",
            "detail": "401 from the network",
        }
        served.app.measures.failing.clear()
        assert (await component(served, "channel api"))["status"] == "ok"


async def test_a_service_that_does_not_answer_its_ping_is_seen(tmp_path: Path) -> None:
    class Search:
        pass

    module = Module("search")

    def ping(_: Search) -> None:
        raise RuntimeError("connection refused")

    module.provide(Search, Search, ping=ping)
    async with serving(tmp_path, echo_bot(), modules=[module]) as served:
        found = await component(served, "service Search")
    assert found["status"] == "degraded"
    assert found["detail"] == "RuntimeError: connection refused"
