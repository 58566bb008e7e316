"""Errors of the HTTP side, and how every error of Gutenbot is answered: `application/problem+json` with a stable code."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from gutenbot.accounts.errors import AccountMistake
from gutenbot.kernel.errors import AuthorMistake, GutenbotError, Temporary, UserMistake
from gutenbot.kernel.settings import WrongSettings

PROBLEM = b"application/problem+json"
RETRY_AFTER_S = 5
_encode = msgspec.json.Encoder(enc_hook=str).encode


class HttpMistake(UserMistake):
    """The request cannot be answered."""

    code = "http.mistake"
    status: ClassVar[int] = 400


class NotFound(HttpMistake):
    """There is nothing at {path}. The API is described at /api/v1/openapi.json."""

    code = "http.not-found"
    status = 404


class MethodNotAllowed(HttpMistake):
    """{path} does not take {method}; it takes {allowed}."""

    code = "http.method-not-allowed"
    status = 405


class TooLarge(HttpMistake):
    """The body is larger than the {limit} bytes that are allowed here."""

    code = "http.too-large"
    status = 413


class TooSlow(HttpMistake):
    """The body did not arrive within {limit_s} seconds."""

    code = "http.too-slow"
    status = 408


class NotJson(HttpMistake):
    """The body cannot be read as JSON: {reason}."""

    code = "http.not-json"


class WrongType(HttpMistake):
    """The body is {found}, but must be application/json, in UTF-8 and not compressed."""

    code = "http.wrong-type"
    status = 415


class Invalid(HttpMistake):
    """The request does not have the expected form: {reason}."""

    code = "http.invalid"
    status = 422


class Unauthenticated(HttpMistake):
    """This needs a key: send `Authorization: Bearer gb_…`. Make one with `gutenbot key add NAME --role admin`, or sign in."""

    code = "http.unauthenticated"
    status = 401


class WrongKey(HttpMistake):
    """This key is not known: it may have been revoked. Make another one with `gutenbot key add NAME --role ROLE`."""

    code = "http.wrong-key"
    status = 401


class Forbidden(HttpMistake):
    """This needs the permission {permission}, which the role {role} does not have."""

    code = "http.forbidden"
    status = 403


class CrossSite(HttpMistake):
    """A page of another site asked for this. Changes are taken from the console's own pages, and from programs with a key."""

    code = "http.cross-site"
    status = 403


class WrongToken(HttpMistake):
    """The header `X-CSRF-Token` is missing or wrong: send `csrf` of `GET /api/v1/session`."""

    code = "http.wrong-token"
    status = 403


class ReadOnlyView(HttpMistake):
    """The console is seen as {role}: nothing can be changed meanwhile."""

    code = "http.read-only-view"
    status = 403


class NeedsHttps(HttpMistake):
    """Signing in needs https, or a browser on the server's own machine. Put a proxy with a certificate before the server."""

    code = "http.needs-https"
    status = 403


class Stopping(Temporary):
    """The server is stopping. Try again in {retry_after} s."""

    code = "http.stopping"


_STATUS_BY_CODE = {
    "turns.unknown-bot": 404,
    "content.unknown-collection": 404,
    "turns.unknown-channel": 404,
    "turns.unknown-conversation": 404,
    "storage.no-conversation": 404,
    "storage.no-user": 404,
    "storage.no-dead-letter": 404,
    "storage.blob-too-large": 413,
}


def status_of(error: BaseException) -> int:
    """The HTTP status of an error, by its family."""
    if isinstance(error, HttpMistake | AccountMistake):
        return error.status
    if isinstance(error, GutenbotError) and error.code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[error.code]
    if isinstance(error, UserMistake):
        return int(getattr(error, "status", 422))
    return 503 if isinstance(error, Temporary) else 500


def problem(error: BaseException, request_id: str = "", errors: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The body of an answer that says what went wrong. What is inside an unexpected error is not told to strangers."""
    status = status_of(error)
    code = error.code if isinstance(error, GutenbotError) else "bug"
    known = isinstance(error, GutenbotError) and not (status == 500 and not isinstance(error, AuthorMistake))
    body: dict[str, Any] = {
        "type": f"urn:gutenbot:error:{code}",
        "title": title_of(status),
        "status": status,
        "detail": str(error) if known else "Something is wrong inside. The log has the details under this request id.",
        "code": code,
    }
    errors = errors or _listed(error)
    if errors:
        body["errors"] = list(errors)
        body["fields"] = {str(one["where"]).partition(".")[2] or str(one["where"]): one["message"] for one in errors}
    body |= {name: value for name, value in (getattr(error, "details", None) or {}).items() if name not in body}
    if request_id:
        body["request_id"] = request_id
    if status in (429, 503):
        body["retry_after"] = retry_after(error)
    return body


def _listed(error: BaseException) -> list[dict[str, Any]]:
    """Each setting that is wrong."""
    if not isinstance(error, WrongSettings):
        return []
    return [{"where": f"settings.{one.field}", "message": one.message, "code": error.code} for one in error.problems]


def problem_bytes(error: BaseException, request_id: str = "") -> bytes:
    """The same as JSON."""
    return _encode(problem(error, request_id))


def retry_after(error: BaseException) -> int:
    """Seconds until another try makes sense."""
    value = getattr(error, "fields", {}).get("retry_after", RETRY_AFTER_S)
    return max(1, int(value)) if isinstance(value, int | float) else RETRY_AFTER_S


def title_of(status: int) -> str:
    """A few words for a status."""
    return _TITLES.get(status, "Error")


_TITLES = {
    400: "The request cannot be read",
    401: "Who asks is not known",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "It is otherwise now",
    413: "Too large",
    415: "Wrong type of body",
    422: "The request cannot be carried out",
    429: "Too many tries",
    500: "Something is wrong inside",
    503: "Try again later",
}
