"""The page of the HTTP API, from its own description."""

import json
from types import SimpleNamespace
from typing import Any

from scripts.reference.authors import MARK


def http_page() -> str:
    """Every route with its parameters and answers."""
    document = _document()
    parts = [HEAD.format(mark=MARK)]
    for path, operations in document["paths"].items():
        shared = operations.get("parameters", [])
        parts += [
            _section(method.upper(), path, operation, shared)
            for method, operation in operations.items()
            if method in ("get", "post", "put", "patch", "delete")
        ]
    return "\n".join(parts)


def openapi_file() -> str:
    """The same description as JSON: the user interface takes its types from it."""
    return json.dumps(_document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


HEAD = """# The HTTP API

{mark}

Under `/api/v1`, JSON in and out. A key goes in `Authorization: Bearer …`; `gutenbot key add` makes one.
Browsers have the cookie of a session instead.
In development no key is needed from the same machine.
Errors are `application/problem+json` with `type`, `title`, `status`, `detail` and `code`;
the codes are on [the page of errors](errors.md).
A running server describes itself at `/api/v1/openapi.json`.

## `GET /health`, `GET /ready`, `GET /metrics`

How each part of the server is; whether it is to be given traffic (else 503 with the reasons). No key is needed, and details are
for those who may read metrics. `/metrics` is for Prometheus: see [how to watch a server](../how-to/monitor.md).
"""


def _document() -> dict[str, Any]:
    from gutenbot.accounts.permissions import CORE
    from gutenbot.http.api import make_api

    nothing: Any = SimpleNamespace(registries={"routes": [], "bot_routes": []}, catalogue=lambda: CORE)
    return make_api(nothing, nothing).openapi()


def _section(method: str, path: str, operation: dict[str, Any], shared: list[dict[str, Any]]) -> str:
    lines = [f"## `{method} {path}`\n", operation.get("description") or operation.get("summary", "")]
    parameters = [*shared, *operation.get("parameters", [])]
    if parameters:
        lines += ["", "| parameter | in | |", "|---|---|---|"]
        lines += [f"| `{one['name']}` | {one['in']} | {_about(one)} |" for one in parameters]
    permission = operation.get("x-permission", "")
    needed = "everybody may call it" if permission == "everybody" else f"needs `{permission}`"
    if permission:
        lines += ["", f"{needed[0].upper()}{needed[1:]}."]
    good = ", ".join(status for status in operation.get("responses", {}) if status.isdecimal() and status < "400")
    return "\n".join([*lines, "", f"Answers {good}, or an error.", ""])


def _about(parameter: dict[str, Any]) -> str:
    schema = parameter.get("schema", {})
    default = f" (default `{schema['default']}`)" if schema.get("default") not in (None, "") else ""
    return f"{parameter.get('description') or schema.get('description', '')}{default}".strip()
