"""The OpenAPI document describes what is there, and nothing that it describes breaks the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
import schemathesis
from core.tests.http.served import Served, serving
from hypothesis import HealthCheck, Phase, given, settings

from gutenbot.accounts.desk import Visitor
from gutenbot.accounts.sessions import find
from gutenbot.http.auth import PLAIN_COOKIE


async def test_the_document_has_every_route_also_the_hot_one(served: Served) -> None:
    document = (await served.client.get("/api/v1/openapi.json")).json()
    assert "/api/v1/converse/{conversation}" in document["paths"]
    assert "/api/v1/bots/{bot}/users" in document["paths"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method != "parameters":
                assert "default" in operation["responses"], (path, method)
                assert operation["x-permission"], (path, method)
    assert document["paths"]["/api/v1/session"]["post"]["security"] == []
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.fixture
def schema(tmp_path: Path) -> Iterator[Any]:
    """The document, bound to a server that runs on a thread of its own."""
    with anyio.from_thread.start_blocking_portal() as portal:
        with portal.wrap_async_context_manager(serving(tmp_path)) as served:

            async def app(scope: Any, receive: Any, send: Any) -> None:
                await served.server({**scope, "client": ("127.0.0.1", 1)}, receive, send)

            yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers={"host": "localhost"})


@pytest.fixture
def signed_in(tmp_path: Path) -> Iterator[Any]:
    """The same for somebody who is signed in: what calls end, such as their session, is there again at the next one."""
    (tmp_path / "house").mkdir()
    with anyio.from_thread.start_blocking_portal() as portal:
        with portal.wrap_async_context_manager(serving(tmp_path / "house")) as served:

            async def app(scope: Any, receive: Any, send: Any) -> None:
                gate = served.server.gate
                secret = (await gate.desk.developer(Visitor())).secret
                opened = await gate.desk.read(lambda db: find(db, secret, gate.desk.now_ms(), gate.span))
                assert opened is not None
                own = [
                    (b"cookie", f"{PLAIN_COOKIE}={secret}".encode()),
                    (b"x-csrf-token", opened.session["csrf"].encode()),
                    (b"origin", b"http://localhost"),
                ]
                headers = [pair for pair in scope["headers"] if pair[0] not in (b"cookie", b"origin", b"x-csrf-token")]
                await served.server({**scope, "client": ("127.0.0.1", 1), "headers": [*headers, *own]}, receive, send)

            yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers={"host": "localhost"})


SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.mark.slow
def test_no_call_that_the_document_allows_breaks_the_server(schema: Any) -> None:
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        _try_out(operation)


@pytest.mark.slow
def test_no_call_of_somebody_who_is_signed_in_breaks_the_server(signed_in: Any) -> None:
    operations = [found.ok() for found in signed_in.get_all_operations()]
    theirs = [
        one for one in operations if one.path.startswith(("/api/v1/account", "/api/v1/session", "/api/v1/invites"))
    ]
    assert len(theirs) > 15
    for operation in theirs:
        _try_out(operation)


def _try_out(operation: Any) -> None:
    @settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=SLOW)
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        _hurry(case)
        answer = case.call(headers={"host": "localhost"})
        assert answer.status_code < 500, (operation.label, case.body, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json"), operation.label

    tried()


def _hurry(case: Any) -> None:
    """Takes the wish to wait away."""
    if isinstance(case.query, dict):
        case.query.pop("wait_s", None)
    for item in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(item, dict) and "wait_s" in item:
            item["wait_s"] = 0
