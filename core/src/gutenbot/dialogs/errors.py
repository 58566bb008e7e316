"""What authors get wrong in dialogs, and what a dialog may catch."""

from gutenbot.kernel.errors import AuthorMistake, Bug, GutenbotError


class ForeignAwait(AuthorMistake):
    """{where}: `await` of {what} inside a dialog. A dialog may only await its chat, for it is run again from the top at
    every message. Put outside work into a step: `await chat.step(function, ...)`; to wait, use `await chat.sleep(...)`."""

    code = "dialog.foreign-await"


class ForgottenAwait(AuthorMistake):
    """{where}: `chat.{verb}(...)` was called without `await`, so nothing happened. Write `await chat.{verb}(...)`."""

    code = "dialog.forgotten-await"


class ReplayDiverged(AuthorMistake):
    """{where}: run again without new input, the dialog {dialog} did something new ({kind} {key}). Take time, chance and outside
    facts from `chat.now()`, `chat.random` and `chat.step(...)`, so that they are recorded."""

    code = "dialog.replay-diverged"


class NotStorable(AuthorMistake):
    """{where}: {what} cannot be recorded ({reason}). Return plain data (str, numbers, lists, dicts, dates), or give the function a
    return annotation of a dataclass or pydantic model."""

    code = "dialog.not-storable"


class UnknownArgument(AuthorMistake):
    """{where}: {function} asks for an argument `{name}` that nobody provides. Valid names: {valid}; or annotate it with the
    type of a service."""

    code = "dialog.unknown-argument"


class UnknownDialog(AuthorMistake):
    """There is no dialog named {name} any more, but a conversation is in it. Known dialogs: {known}."""

    code = "dialog.unknown"


class NotACoroutine(AuthorMistake):
    """{where}: {function} must be declared with `async def`."""

    code = "dialog.not-a-coroutine"


class DuplicateDialog(AuthorMistake):
    """Two dialogs are named {name}: {first} and {second}. Rename one of them."""

    code = "dialog.duplicate"


class WrongDialogCall(AuthorMistake):
    """{where}: {what}"""

    code = "dialog.wrong-call"


class Catchable(GutenbotError):
    """Something that a dialog may catch and answer."""

    code = "dialog.catchable"


class AnswerTimeout(Catchable, TimeoutError):
    """No answer to {key} came in time."""

    code = "dialog.answer-timeout"


class TooManyTries(Catchable):
    """No valid answer to {key} after {tries} tries."""

    code = "dialog.too-many-tries"


class StepFailed(Catchable):
    """The step {name} failed: {type}: {message}"""

    code = "dialog.step-failed"


class JournalBroken(Bug):
    """The journal of frame {frame} cannot be read ({reason})."""

    code = "dialog.journal-broken"
