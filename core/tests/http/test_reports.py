"""Reports of browsers about what the console's policy forbids."""

import json
from typing import Any

import pytest
from core.tests.http.served import Served
from structlog.testing import capture_logs

from gutenbot.http.routes.reports import MOST_A_MINUTE

OLD: dict[str, Any] = {
    "csp-report": {
        "document-uri": "https://bot.example.org/console/team?secret=1#more",
        "blocked-uri": "https://evil.example.org/x.js?token=2",
        "effective-directive": "script-src-elem",
        "source-file": "https://bot.example.org/console/assets/app.js",
        "line-number": 7,
        "script-sample": "alert(1)",
    }
}


async def send(served: Served, body: Any, kind: str = "application/csp-report") -> list[dict[str, Any]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with capture_logs() as lines:
        answer = await served.client.post(
            "/api/v1/csp-reports", content=content, headers={"content-type": kind, "authorization": ""}
        )
    assert (answer.status_code, answer.content) == (204, b"")
    return [dict(line) for line in lines if line["event"] == "csp.violated"]


async def test_csp_01_a_report_is_logged_without_what_addresses_may_hide(served: Served) -> None:
    (line,) = await send(served, OLD)
    assert line == {
        "event": "csp.violated",
        "log_level": "warning",
        "logger_name": "console",
        "page": "https://bot.example.org/console/team",
        "blocked": "https://evil.example.org/x.js",
        "directive": "script-src-elem",
        "file": "https://bot.example.org/console/assets/app.js",
        "line": 7,
    }


async def test_csp_01_reports_of_the_newer_form_are_taken_too(served: Served) -> None:
    newer = {"type": "csp-violation", "body": {"documentURL": "https://a.example.org/console/", "blockedURL": "inline"}}
    other = {"type": "deprecation", "body": {"id": "x"}}
    (line,) = await send(served, [other, newer, "nonsense"], "application/reports+json")
    assert (line["page"], line["blocked"]) == ("https://a.example.org/console/", "inline")


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"null", b'{"csp-report": 1}', b'"x"', b"\xff\xfe"])
async def test_csp_01_what_cannot_be_read_is_passed_over(served: Served, body: bytes) -> None:
    assert await send(served, body) == []


async def test_csp_01_a_flood_of_reports_does_not_flood_the_log(served: Served) -> None:
    many = [{"type": "csp-violation", "body": {"blockedURL": f"https://e.org/{n}"}} for n in range(500)]
    found = sum([len(await send(served, many, "application/reports+json")) for _ in range(20)])
    assert 0 < found <= 2 * MOST_A_MINUTE


async def test_csp_01_pages_of_other_sites_cannot_report(served: Served) -> None:
    answer = await served.client.post(
        "/api/v1/csp-reports",
        content=json.dumps(OLD),
        headers={"content-type": "application/csp-report", "origin": "https://evil.example.org"},
    )
    assert answer.status_code == 403
