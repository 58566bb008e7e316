"""What browsers report: something that the console's policy forbids was tried (CSP-01). It is logged, and nothing else."""

import json
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request, Response

from gutenbot.http.permission import Anybody, App
from gutenbot.kernel.log import get_logger

PATH = "/csp-reports"
MOST_A_MINUTE = 30
"""Of all browsers together, by worker: anybody may send reports, and the log is for people."""
_AT_ONCE = 10
router = APIRouter(tags=["reports"])
log = get_logger("console")


class Quota:
    """Counts reports of this minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._count = 0

    def take(self, now_s: float) -> bool:
        """Whether one more may be logged."""
        minute = int(now_s // 60)
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        return self._count <= MOST_A_MINUTE


def _quota(request: Request) -> Quota:
    state = request.app.state
    if not hasattr(state, "csp_quota"):
        state.csp_quota = Quota()
    found: Quota = state.csp_quota
    return found


_BODY = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
"""Browsers call it `application/csp-report` or `application/reports+json`: JSON all the same."""


@router.post(PATH, status_code=204, openapi_extra={"requestBody": _BODY})
async def report_violation(
    request: Request, app: App, quota: Annotated[Quota, Depends(_quota)], anybody: Anybody
) -> Response:
    """Takes a report of a browser, in the old form and in that of the Reporting API. What cannot be read is passed over."""
    for found in _reports(await request.body())[:_AT_ONCE]:
        if quota.take(app.clock.now().timestamp()):
            log.warning("csp.violated", **found)
    return Response(status_code=204)


def _reports(body: bytes) -> list[dict[str, Any]]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return []
    bodies: list[Any] = []
    if isinstance(given, dict):
        bodies = [given.get("csp-report")]
    elif isinstance(given, list):
        bodies = [one.get("body") for one in given if isinstance(one, dict) and one.get("type") == "csp-violation"]
    return [_told(one) for one in bodies if isinstance(one, dict)]


def _told(report: dict[str, Any]) -> dict[str, Any]:
    """What helps to find the place. No query and no fragment: links may hold secrets."""
    names = {
        "page": ("document-uri", "documentURL"),
        "blocked": ("blocked-uri", "blockedURL"),
        "directive": ("effective-directive", "effectiveDirective", "violated-directive"),
        "file": ("source-file", "sourceFile"),
        "line": ("line-number", "lineNumber"),
    }
    found: dict[str, Any] = {}
    for name, keys in names.items():
        value = next((report[key] for key in keys if key in report), None)
        if isinstance(value, str) and value:
            found[name] = _bare(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            found[name] = value
    return found


def _bare(text: str) -> str:
    try:
        parts = urlsplit(text)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"[:200] if parts.netloc else text.partition("?")[0][:200]
    except ValueError:
        return text[:50]
