"""What each command does: give what is recorded, do what is new, or say what the frame waits for."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from gutenbot.dialogs import codec
from gutenbot.dialogs.answers import Invalid
from gutenbot.dialogs.commands import Ask, Call, Command, Gather, Handoff, Say, Sleep, Step, WaitFor
from gutenbot.dialogs.endings import Called, Suspended
from gutenbot.dialogs.errors import AnswerTimeout, Catchable, StepFailed, TooManyTries
from gutenbot.dialogs.journal import Entry
from gutenbot.dialogs.waits import Wait
from gutenbot.events.incoming import Incoming, redacted
from gutenbot.events.messages import Choices, FormMessage, Outgoing, QuickReply, TextMessage
from gutenbot.kernel.clock import to_ms

if TYPE_CHECKING:
    from gutenbot.dialogs.run import FrameRun

DEFAULT_TRIES = 5
HANDOFF_LIMIT = timedelta(hours=12)
"""After so long without a word from people, the bot answers again."""


def say(run: "FrameRun", command: Say) -> None:
    """Says it, unless it was said before."""
    occurrence = run.journal.occurrence("say", command.key)
    if run.journal.find("say", command.key, occurrence) is not None:
        return
    run.went_live("say", command.key)
    run.host.say(run.host.render(command.what, command.data, command.where))
    run.journal.add("say", command.key, occurrence)


def ask(run: "FrameRun", command: Ask[Any]) -> Any:
    """The recorded answer; or the parsed input; or the question."""
    occurrence = run.journal.occurrence("ask", command.key)
    ordinal, run.asked = run.asked, run.asked + 1
    run.timeout = _timeout(run, command)
    entry = run.journal.find("ask", command.key, occurrence)
    if entry is not None:
        return _recorded_answer(run, command, entry)
    wait = run.waiting("ask", (command.key, occurrence))
    given = run.take_input(command.key, occurrence) or run.take_renamed(command.key, ordinal)
    if given is None:
        return _open_question(run, command, occurrence, ordinal, wait)
    run.went_live("answer", command.key)
    if given.timed_out:
        raise _fail(run, command, occurrence, AnswerTimeout(key=command.name))
    if given.gave_up:
        tries = command.tries or DEFAULT_TRIES
        raise _fail(run, command, occurrence, TooManyTries(key=command.name, tries=tries))
    assert given.event is not None
    context = run.host.context(wait.options if wait else command.answer.options())
    try:
        value = _parsed(command, given.event, given.skipped, context)
    except Invalid as invalid:
        return _invalid(command, wait or _wait(command, occurrence, ordinal), invalid)
    _keep_answer(run, command, occurrence, value, given.event)
    return value


def complain(run: "FrameRun", ending: Suspended) -> Suspended:
    """Says why the input was no answer and asks again; counts the try."""
    assert ending.invalid is not None and ending.question is not None
    command, invalid = ending.question, ending.invalid
    question = _question(run, command)
    offers = bool(question and question[-1].quick_replies)
    obvious = offers and invalid.reason in ("#gutenbot.invalid.choice", "#gutenbot.invalid.confirm")
    if not obvious:
        run.host.say(run.host.render(invalid.reason, invalid.data, command.where))
    run.host.say(question)
    return Suspended(ending.waits)


async def step(run: "FrameRun", command: Step[Any]) -> Any:
    """The recorded result; or the work, recorded before it is used."""
    occurrence = run.journal.occurrence("step", command.key)
    entry = run.journal.find("step", command.key, occurrence)
    if entry is None:
        run.went_live("step", command.key)
        entry = await run.host.run_step(run.journal, command, command.key, occurrence)
    if entry.kind.endswith("!"):
        raise StepFailed(name=command.name, type=entry.value["type"], message=entry.value["message"])
    annotation = codec.return_type(command.function)
    return codec.load(entry.value, annotation, where=command.where, what=f"the result of {command.name}")


def sleep(run: "FrameRun", command: Sleep) -> Any:
    """None when the time is over."""
    occurrence = run.journal.occurrence("sleep", command.key)
    if run.journal.find("sleep", command.key, occurrence) is not None:
        return None
    given = run.take_input(command.key, occurrence)
    if given is not None:
        run.went_live("sleep", command.key)
        run.journal.add("sleep", command.key, occurrence)
        return None
    wait = run.waiting("sleep", (command.key, occurrence))
    if wait is None:
        run.went_live("sleep", command.key)
        now = run.host.now()
        until = command.until if command.until is not None else now + (command.delta or timedelta())
        wait = Wait("sleep", command.key, occurrence, due_ms=to_ms(until))
    return _suspend(run, wait)


def wait_for(run: "FrameRun", command: WaitFor[Any]) -> Any:
    """The data of the event; raises `AnswerTimeout` into the dialog when it did not come."""
    occurrence = run.journal.occurrence("event", command.key)
    entry = run.journal.find("event", command.key, occurrence)
    if entry is not None:
        return _value_or_timeout(command, entry)
    given = run.take_input(command.key, occurrence)
    if given is not None:
        run.went_live("event", command.key)
        if given.timed_out:
            raise _fail(run, command, occurrence, AnswerTimeout(key=command.name), kind="event")
        return run.journal.add("event", command.key, occurrence, given.result).value
    early = run.host.early_event(command.event_name, command.correlation or "")
    if early is not None:
        run.went_live("event", command.key)
        return run.journal.add("event", command.key, occurrence, early).value
    wait = run.waiting("event", (command.key, occurrence)) or _event_wait(run, command, occurrence)
    return _suspend(run, wait)


def handoff(run: "FrameRun", command: Handoff) -> Any:
    """What people concluded; until then the bot is silent."""
    occurrence = run.journal.occurrence("handoff", command.key)
    entry = run.journal.find("handoff", command.key, occurrence)
    if entry is not None:
        return entry.value
    given = run.take_input(command.key, occurrence)
    if given is not None:
        run.went_live("handoff", command.key)
        run.host.set_mode("bot")
        result = {"outcome": "timeout"} if given.timed_out else given.result or {}
        return run.journal.add("handoff", command.key, occurrence, result).value
    wait = run.waiting("handoff", (command.key, occurrence))
    if wait is None:
        run.went_live("handoff", command.key)
        run.host.say(run.host.render("#gutenbot.handoff", {"reason": command.reason}, command.where))
        run.host.set_mode("human")
        due = to_ms(run.host.now() + HANDOFF_LIMIT)
        wait = Wait("handoff", command.key, occurrence, due_ms=due, name=command.reason)
    return _suspend(run, wait)


async def gather(run: "FrameRun", command: Gather) -> Any:
    """All results; suspended with what is still open."""
    results = [await _part(run, part) for part in command.parts]
    return _still_open(results) or results


async def first(run: "FrameRun", command: Gather) -> Any:
    """The index and result of the first that is over; the others are never looked at again."""
    key = f"{command.scope}{command.name}"
    occurrence = run.journal.occurrence("first", key)
    decided = run.journal.find("first", key, occurrence)
    results: list[Any] = []
    winner: tuple[int, Any] | None = None
    for index, part in enumerate(command.parts):
        if winner is not None or (decided is not None and decided.value != index):
            _pass_by(run, part)
            continue
        results.append(await _part(run, part))
        if not isinstance(results[-1], Suspended):
            winner = (index, results[-1])
    if winner is None:
        return _still_open(results)
    if decided is None:
        run.went_live("first", key)
        run.journal.add("first", key, occurrence, winner[0])
    return list(winner)


def _still_open(results: list[Any]) -> Suspended | None:
    """What some of several waits wait for, with what was wrong about an answer."""
    suspended = [result for result in results if isinstance(result, Suspended)]
    if not suspended:
        return None
    wrong = next((result for result in suspended if result.invalid is not None), Suspended(()))
    waits = tuple(wait for result in suspended for wait in result.waits)
    return Suspended(waits, wrong.invalid, wrong.exhausted, wrong.question)


def _pass_by(run: "FrameRun", part: Command[Any]) -> None:
    """Counts a part that was not waited for any more, so that the same name later is another one."""
    kind = {"wait_for": "event"}.get(part.verb, part.verb)
    run.journal.occurrence(kind, part.key)
    if isinstance(part, Ask):
        run.asked += 1


async def _part(run: "FrameRun", part: Command[Any]) -> Any:
    match part:
        case Ask():
            return ask(run, part)
        case Sleep():
            return sleep(run, part)
        case WaitFor():
            return wait_for(run, part)
        case Handoff():
            return handoff(run, part)
        case Step():
            return await step(run, part)
        case _:
            raise TypeError(f"{part.where}: chat.{part.verb} cannot be waited for together with others")


def call(run: "FrameRun", command: Call[Any]) -> Any:
    """The recorded result of the other dialog; or a new frame for it."""
    occurrence = run.journal.occurrence("call", command.key)
    entry = run.journal.find("call", command.key, occurrence)
    annotation = codec.return_type(command.dialog.function)
    what = f"the result of {command.name}"
    if entry is not None and entry.kind.endswith("!"):
        raise StepFailed(**entry.value)
    if entry is not None:
        return codec.load(entry.value, annotation, where=command.where, what=what)
    given = run.take_input(command.key, occurrence)
    if given is not None:
        run.went_live("call", command.key)
        if given.error:
            failure = {"name": command.name, "type": "DialogEnded", "message": given.error}
            run.journal.add("call!", command.key, occurrence, failure)
            raise StepFailed(**failure)
        stored = codec.dump(given.result, annotation, where=command.where, what=what)
        run.journal.add("call", command.key, occurrence, stored)
        return codec.load(stored, annotation, where=command.where, what=what)
    wait = run.waiting("call", (command.key, occurrence))
    if wait is not None:
        return _suspend(run, wait)
    run.went_live("call", command.key)
    return Called(command, Wait("call", command.key, occurrence))


# Questions and answers ----------------------------------------------------------------------------------------------


def _recorded_answer(run: "FrameRun", command: Ask[Any], entry: Entry) -> Any:
    if entry.kind.endswith("!"):
        raise _error(command, entry)
    run.message = msgspec.convert(entry.value["m"], Incoming)
    return command.answer.load(entry.value["v"])


def _timeout(run: "FrameRun", command: Ask[Any]) -> timedelta | None:
    """How long to wait: in a dialog with `on_timeout`, as long as for the question before, if nothing else is said."""
    if command.timeout is None and run.dialog.timeout_handler is not None:
        return run.timeout
    return command.timeout


def _open_question(run: "FrameRun", command: Ask[Any], occurrence: int, ordinal: int, wait: Wait | None) -> Suspended:
    """Asks the question if it is new (or is to be asked again); an input for another question is held."""
    if wait is None:
        run.went_live("ask", command.key)
        run.hold_input()
        question = _question(run, command)
        run.host.say(question)
        wait = _wait(command, occurrence, ordinal, options=_offered(question))
        if run.timeout:
            wait = msgspec.structs.replace(wait, due_ms=to_ms(run.host.now() + run.timeout))
    elif run.ask_again:
        question = _question(run, command)
        run.host.say(question)
        wait = msgspec.structs.replace(wait, options=_offered(question))
    return Suspended((wait,))


def _question(run: "FrameRun", command: Ask[Any]) -> list[Outgoing]:
    """The question's messages; the last one offers the answers, a form is added where the answer has one."""
    messages = run.host.render(command.what, command.data, command.where)
    if not messages:
        return messages
    form = command.answer.form()
    if form is not None:
        return [*messages, _worded(run, form)]
    last = messages[-1]
    if not last.quick_replies and (options := command.answer.options()):
        labelled = tuple(run.host.label(option) for option in options)
        last = _offering(last, labelled)
    if command.secret:
        last = msgspec.structs.replace(last, extra={**(last.extra or {}), "sensitive": True})
    return [*messages[:-1], last]


def _worded(run: "FrameRun", form: FormMessage) -> FormMessage:
    """The form, with the words of content items where its title or labels name some (`#visit.name`)."""

    def words(text: str) -> str:
        return run.host.label(QuickReply(text)).title

    fields = tuple(
        msgspec.structs.replace(
            field, label=words(field.label), placeholder=words(field.placeholder),
            options=tuple(run.host.label(option) for option in field.options),
        )
        for field in form.fields
    )  # fmt: skip
    return msgspec.structs.replace(form, title=words(form.title), fields=fields)


_SHARED = ("typing_ms", "wait_ms", "content_id", "variant", "locale", "extra")


def _offering(message: Outgoing, options: tuple[QuickReply, ...]) -> Outgoing:
    if isinstance(message, TextMessage):
        shared = {name: getattr(message, name) for name in _SHARED}
        return Choices(message.text, quick_replies=options, **shared)
    return msgspec.structs.replace(message, quick_replies=options)


def _offered(question: list[Outgoing]) -> tuple[QuickReply, ...]:
    return question[-1].quick_replies if question else ()


def _wait(command: Ask[Any], occurrence: int, ordinal: int, options: tuple[QuickReply, ...] = ()) -> Wait:
    return Wait("ask", command.key, occurrence, options=options, ordinal=ordinal, secret=command.secret)


def _parsed(command: Ask[Any], event: Incoming, skipped: bool, context: Any) -> Any:
    if skipped:
        default = getattr(command.answer, "skip_value", Invalid)
        if default is Invalid:
            raise Invalid("#gutenbot.cannot-skip")
        return default
    return command.answer.parse(event, context)


def _keep_answer(run: "FrameRun", command: Ask[Any], occurrence: int, value: Any, event: Incoming) -> None:
    message = redacted(event) if command.secret else msgspec.structs.replace(event, raw=None) if event.raw else event
    stored = {"v": command.answer.dump(value), "m": msgspec.to_builtins(message)}
    run.journal.add("ask", command.key, occurrence, stored)
    run.message = event
    run.secret = run.secret or command.secret


def _invalid(command: Ask[Any], wait: Wait, invalid: Invalid) -> Suspended:
    tries = wait.tries + 1
    waits = (msgspec.structs.replace(wait, tries=tries),)
    return Suspended(waits, invalid, tries >= (command.tries or DEFAULT_TRIES), command)


def _fail(run: "FrameRun", command: Command[Any], occurrence: int, error: Catchable, kind: str = "ask") -> Catchable:
    run.journal.add(f"{kind}!", command.key, occurrence, {"type": type(error).__name__, **error.fields})
    return error


def _error(command: Command[Any], entry: Entry) -> Catchable:
    if entry.value["type"] == "TooManyTries":
        return TooManyTries(key=command.name, tries=entry.value["tries"])
    return AnswerTimeout(key=command.name)


def _value_or_timeout(command: Command[Any], entry: Entry) -> Any:
    if entry.kind.endswith("!"):
        raise _error(command, entry)
    return entry.value


def _event_wait(run: "FrameRun", command: WaitFor[Any], occurrence: int) -> Wait:
    run.went_live("wait_for", command.key)
    due = 0 if command.timeout is None else to_ms(run.host.now() + command.timeout)
    return Wait(
        "event", command.key, occurrence, due_ms=due, name=command.event_name, correlation=command.correlation or ""
    )


def _suspend(run: "FrameRun", wait: Wait) -> Suspended:
    run.hold_input()
    return Suspended((wait,))
