"""What the web chat refuses, each with the code that clients see and the HTTP status that goes with it."""

from typing import ClassVar

import msgspec

from gutenbot.sdk import BlobTooLarge, GutenbotError, Overloaded, Temporary, UnknownBot, UserMistake, get_logger

log = get_logger("channel-web")

PREFIX = "web."
"""On the wire the code goes without it."""


class WebMistake(UserMistake):
    """The request cannot be carried out as it is."""

    code = "web.mistake"
    status: ClassVar[int] = 400


class BadJson(WebMistake):
    """The body must be one JSON object in UTF-8: no duplicate keys, no NaN, not nested deeply. {reason}"""

    code = "web.bad-json"


class BadFrame(WebMistake):
    """The request does not have the expected form: {reason}."""

    code = "web.bad-frame"
    status = 422


class BadId(WebMistake):
    """The id of a message is made by the client: a UUID, at most 64 letters, digits and hyphens."""

    code = "web.bad-id"
    status = 422


class TooLong(WebMistake):
    """{what} may have {limit} characters; this one has {length}."""

    code = "web.too-long"
    status = 422


class Empty(WebMistake):
    """There is nothing in the message."""

    code = "web.empty"
    status = 422


class TooLarge(WebMistake):
    """At most {limit} bytes are taken here."""

    code = "web.too-large"
    status = 413


class TooSlow(WebMistake):
    """The request took longer than {limit_s} seconds to arrive."""

    code = "web.too-slow"
    status = 408


class FileType(WebMistake):
    """Files of the type {found} are not taken here. These are: {allowed}."""

    code = "web.file-type"
    status = 415


class NoUploads(WebMistake):
    """This chat takes no files."""

    code = "web.no-uploads"
    status = 403


class ForeignOrigin(WebMistake):
    """Pages of {origin} may not use this chat. Add the site to `origins` in the settings of the web channel."""

    code = "web.foreign-origin"
    status = 403


class UnknownVisitor(WebMistake):
    """The visitor token is missing, forged or too old. Ask for a new session."""

    code = "web.unknown-visitor"
    status = 401


class BadTicket(WebMistake):
    """The ticket is forged, too old or was used before. Ask for a new one."""

    code = "web.bad-ticket"
    status = 401


class BadUserToken(WebMistake):
    """The user token is not valid: {reason}."""

    code = "web.bad-user-token"
    status = 401


class UnknownThread(WebMistake):
    """There is no conversation with this id."""

    code = "web.unknown-conversation"
    status = 404


class TooManyConversations(WebMistake):
    """One visitor may have {limit} conversations."""

    code = "web.too-many-conversations"
    status = 403


class NothingHere(WebMistake):
    """There is nothing at this address."""

    code = "web.not-found"
    status = 404


class NoSuchBot(WebMistake):
    """There is no bot {bot} here."""

    code = "web.unknown-bot"
    status = 404


class NotBuilt(WebMistake):
    """The web chat is not built: run `make widget` in a checkout; the published package has it."""

    code = "web.not-built"
    status = 404


class WrongMethod(WebMistake):
    """This address takes {allowed}."""

    code = "web.wrong-method"
    status = 405


class TooFast(Temporary):
    """That was too much at once. Try again in {retry_after} s."""

    code = "web.too-fast"
    status = 429


class ShuttingDown(Temporary):
    """The server is stopping. Try again in {retry_after} s."""

    code = "web.shutting-down"


class Problem(msgspec.Struct, frozen=True):
    """An error in the words of the protocol."""

    status: int
    code: str
    detail: str
    retry_after: float = 0


def problem_of(error: BaseException) -> Problem:
    """What a client is told of an error. Of an unexpected one, which is logged, nothing but that it happened."""
    if isinstance(error, UnknownBot):
        error = NoSuchBot(bot=error.fields.get("bot", ""))
    if isinstance(error, BlobTooLarge):
        error = TooLarge(limit=error.fields.get("limit", 0))
    if isinstance(error, WebMistake):
        return Problem(error.status, _short(error), str(error))
    if isinstance(error, Temporary):
        return _later(error)
    if isinstance(error, UserMistake):
        return Problem(getattr(error, "status", 422), error.code, str(error))
    log.error("web.failed", error=f"{type(error).__name__}: {error}", exc_info=error)
    return Problem(500, "internal", "Something is wrong inside. It has been written down.")


def _later(error: Temporary) -> Problem:
    seconds = error.fields.get("retry_after", 5)
    if isinstance(error, TooFast):
        return Problem(error.status, _short(error), str(error), seconds)
    if isinstance(error, ShuttingDown):
        return Problem(503, _short(error), str(error), seconds)
    code = "overloaded" if isinstance(error, Overloaded) else "unavailable"
    return Problem(503, code, "The server cannot take this now. Nothing was kept; try again.", seconds)


def _short(error: GutenbotError) -> str:
    return error.code.removeprefix(PREFIX)
