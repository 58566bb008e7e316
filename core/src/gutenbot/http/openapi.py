"""The OpenAPI document: what the framework knows of its routes, the hot route beside them, and one form for all errors."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi.openapi.utils import get_openapi

from gutenbot.http.converse import PATH, WAIT_S, Answer, Item

if TYPE_CHECKING:
    from fastapi import FastAPI

REF = "#/components/schemas/{name}"
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457). `code` never changes; it has a heading in the reference of errors.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "request_id": {"type": "string"},
        "retry_after": {"type": "integer"},
    },
}


def describe(api: "FastAPI", routes: Iterable[tuple[str, frozenset[str], str]] = ()) -> dict[str, Any]:
    """The whole document; made once. `routes`: (path, methods, permission), told as `x-permission`."""
    if api.openapi_schema is None:
        document = get_openapi(title=api.title, version=api.version, routes=api.routes, description=_ABOUT)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        _add_converse(document, schemas)
        _one_form_of_errors(document, schemas)
        document["components"]["securitySchemes"] = SECURITY
        document["security"] = [{"key": []}, {"session": []}]
        _add_permissions(document, routes)
        api.openapi_schema = document
    return api.openapi_schema


SECURITY: dict[str, Any] = {
    "key": {"type": "http", "scheme": "bearer"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-gutenbot",
        "description": "`gutenbot` without https.",
    },
}


def _add_permissions(document: dict[str, Any], routes: Iterable[tuple[str, frozenset[str], str]]) -> None:
    for path, methods, permission in routes:
        for method in methods:
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is not None:
                operation["x-permission"] = permission
                if permission == "everybody":
                    operation["security"] = []


_ABOUT = """Send `Authorization: Bearer gb_…`; make a key with `gutenbot key add NAME --role ROLE`, or sign in
at `/api/v1/session` and send the cookie, with `csrf` of the session in `X-CSRF-Token` for every change.
Lists have a cursor: give `next` of a page as `after` of the following one."""


def _add_converse(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    (item, answer), components = msgspec.json.schema_components((Item, Answer), ref_template=REF)
    schemas |= components
    schemas["Item"] = _bounded(schemas["Item"])
    body = {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": 100}]}
    answers = {
        "200": {"description": "What the bot said.", "content": {"application/json": {"schema": answer}}},
        "202": {"description": "Not all yet: ask `poll`.", "content": {"application/json": {"schema": answer}}},
    }
    conversation = {
        "name": "conversation",
        "in": "path",
        "required": True,
        "description": "The client's own name of the conversation; made when it is new.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^/]+$"},
    }
    document["paths"][f"{PATH}{{conversation}}"] = {
        "parameters": [conversation],
        "post": {
            "tags": ["converse"],
            "summary": "Say something to a bot, and get its answer",
            "description": "Answered once the turn is on disk. The same `id` again gives the same answer.",
            "operationId": "converse",
            "x-permission": "bots:converse",
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": answers,
        },
        "get": {
            "tags": ["converse"],
            "summary": "What the bot said after a position",
            "operationId": "converse_poll",
            "x-permission": "bots:converse",
            "parameters": [
                _query("after", {"type": "integer", "minimum": 0, "maximum": 2**53, "default": 0}),
                _query("wait_s", {"type": "number", "minimum": 0, "maximum": WAIT_S, "default": 0}),
                _query("bot", {"type": "string"}),
            ],
            "responses": {"200": answers["200"]},
        },
    }


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """Says the limits that the route checks itself."""
    properties = {**schema["properties"]}
    for name in ("id", "user", "bot"):
        properties[name] = {**properties[name], "maxLength": 200}
    properties["wait_s"] = {**properties["wait_s"], "minimum": 0, "maximum": WAIT_S}
    return {**schema, "properties": properties, "oneOf": [{"required": ["text"]}, {"required": ["event"]}]}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _one_form_of_errors(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    schemas["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}}
    for path in document["paths"].values():
        for method in METHODS:
            if method in path:
                responses = path[method]["responses"]
                responses.pop("422", None)
                responses["default"] = {"description": "What went wrong.", "content": content}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
