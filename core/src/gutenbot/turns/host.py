"""The turn as dialogs see it: rendering, steps, time, and what is known of the user."""

import asyncio
import inspect
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gutenbot.content import collections, repair_words
from gutenbot.dialogs import codec
from gutenbot.dialogs.answers import Context
from gutenbot.dialogs.commands import Step
from gutenbot.dialogs.errors import NotStorable, WrongDialogCall
from gutenbot.dialogs.journal import Entry, Journal
from gutenbot.events.incoming import CustomEvent, UserText
from gutenbot.events.messages import Message, Outgoing, QuickReply, TextMessage, plain_text
from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.log import get_logger
from gutenbot.storage.errors import LeaseLost
from gutenbot.storage.port import Turns
from gutenbot.turns.said import Said
from gutenbot.turns.subjects import ConversationSubject, UserSubject
from gutenbot.turns.turn import Turn

log = get_logger("turns")
_ITEM = re.compile(r"#[A-Za-z_!][\w.\-/]*")
EARLY_LIMIT = 20


class TurnHost:
    """Implements `dialogs.host.Host` for one turn."""

    def __init__(self, turn: Turn, storage: Turns, clock: Clock, *, strict: bool = False, typing: Any = None) -> None:
        self.turn = turn
        self.clock = clock
        self.storage = storage
        self.strict = strict
        self.user = UserSubject(turn)
        self.conversation = ConversationSubject(turn)
        self.channel = turn.channel.id
        self._typing = typing
        self._said = Said(turn, self.user)
        self._step_error: Exception | None = None

    @property
    def locale(self) -> str:
        """The user's language; a dialog that has just changed it speaks the new one at once."""
        return str(self.turn.set_attributes.get("locale") or self.turn.locale)

    def now(self) -> datetime:
        return self.turn.now

    def seed(self) -> int:
        return self.turn.random.getrandbits(53)

    # Saying ---------------------------------------------------------------------------------------------------------

    def render(self, what: Any, data: Mapping[str, Any], where: str) -> list[Outgoing]:
        """Messages of a content item, of literal text, of message objects, or of several of them."""
        if isinstance(what, (list, tuple)):
            return [message for part in what for message in self.render(part, data, where)]
        if isinstance(what, Message):
            return [what]  # type: ignore[list-item]
        if not isinstance(what, str):
            raise WrongDialogCall(
                where=where, what=f"A {type(what).__name__} cannot be said: use text, `#item` or a message."
            )
        if isinstance(what, UserText) or not _ITEM.fullmatch(what):
            return [TextMessage(str(what), locale=self.locale)] if what.strip() else []
        turn = self.turn
        rendered = turn.library.render(
            what[1:],
            self._data(data),
            locale=self.locale,
            channel=self.channel,
            random=turn.random,
            memory=self._said,
        )
        return list(rendered.messages)

    def _data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        turn = self.turn
        return {
            "user": self.user.view(),
            "conversation": self.conversation.view(),
            "event": {"type": turn.event.__struct_config__.tag, "text": turn.event.text},
            "message": {"text": turn.event.text},
            "bot": turn.bot_id,
            "channel": self.channel,
            "locale": self.locale,
            "now": turn.now,
            **data,
        }

    def say(self, messages: list[Outgoing]) -> None:
        self.turn.messages += messages

    def label(self, option: QuickReply) -> QuickReply:
        if not _ITEM.fullmatch(option.title):
            return option
        messages = self.render(option.title, {}, "gutenbot")
        title = plain_text(messages[0]) if messages else option.payload
        return msgspec.structs.replace(option, title=title)

    def context(self, options: tuple[QuickReply, ...]) -> Context:
        return Context(
            now=self.turn.now,
            locale=self.locale,
            time_zone=_zone(self.user.profile.get("time_zone") or self.turn.bot.time_zone),
            options=options,
            words=repair_words(self.locale),
        )

    # Content that is looked for -----------------------------------------------------------------------------------

    def pick(self, collection: str, where: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
        """Elements at random; none twice for this person until all had their turn. Raises `UnknownCollection`."""
        found = self.collection(collection, where=where)
        return [one.plain() for one in self._said.draw(collection, found, count)]

    def query(self, collection: str, where: Mapping[str, Any], q: str, sort: str, limit: int) -> list[dict[str, Any]]:
        """Elements that fit, in order. Raises `UnknownCollection`."""
        return [one.plain() for one in self.collection(collection, where=where, q=q, sort=sort)[:limit]]

    def element(self, item_id: str) -> dict[str, Any] | None:
        """One element by its id; None when there is none."""
        found = collections.element(self.turn.library, item_id.removeprefix("#"), self.locale)
        return found.plain() if found is not None else None

    def collection(
        self, name: str, *, where: Mapping[str, Any], q: str = "", sort: str = ""
    ) -> list[collections.Element]:
        """All that fits."""
        return collections.query(self.turn.library, name, self.locale, where=where, q=q, sort=sort)

    # Outside work ---------------------------------------------------------------------------------------------------

    async def run_step(self, journal: Journal, command: Step[Any], key: str, occurrence: int) -> Entry:
        """Runs it, with retries, and records the outcome in its own commit before anybody uses it."""
        if self._typing is not None:
            self._typing(True)
        unique = f"{self.turn.conversation_id}:{journal.frame_id}:{key}:{occurrence}"
        what = f"the result of {command.name}"
        began, started = self.clock.now(), self.clock.monotonic()
        try:
            value = await self._attempt(command, unique)
            stored = codec.dump(value, codec.return_type(command.function), where=command.where, what=what)
            entry = journal.add("step", key, occurrence, stored)
        except (NotStorable, LeaseLost):
            raise
        except Exception as error:
            log.warning("step.failed", step=command.name, where=command.where, error=f"{type(error).__name__}: {error}")
            self._step_error = error
            entry = journal.add("step!", key, occurrence, {"type": type(error).__name__, "message": str(error)[:500]})
        spent_s = self.clock.monotonic() - started
        self.turn.trace.steps.append((command.name, began, spent_s, entry.kind != "step"))
        await self.storage.record(self.turn.claim, journal.step_row(entry))
        return entry

    async def _attempt(self, command: Step[Any], unique: str) -> Any:
        delay = command.retry.first_delay.total_seconds()
        for attempt in range(1, command.retry.times + 1):
            try:
                return await _called(command, unique)
            except (AuthorMistake, TypeError, NameError, AttributeError):
                raise
            except Exception:
                if attempt == command.retry.times:
                    raise
                await self.clock.sleep(delay * 2 ** (attempt - 1))
        raise AssertionError("a step is tried at least once")

    # The rest -------------------------------------------------------------------------------------------------------

    def set_mode(self, mode: str) -> None:
        self.turn.mode = mode

    def service(self, kind: Any) -> Any:
        return self.turn.bot.service(kind)

    def early_event(self, name: str, correlation: str) -> Any:
        kept = self._early()
        for index, (kept_name, data) in enumerate(kept):
            if kept_name == name and (not correlation or str(data.get("key", "")) == correlation):
                self.conversation.write("_early", kept[:index] + kept[index + 1 :])
                return data
        return None

    def keep_early(self, event: CustomEvent) -> None:
        self.conversation.write("_early", [*self._early(), [event.name, event.data]][-EARLY_LIMIT:])

    def _early(self) -> list[Any]:
        try:
            return list(self.conversation.read("_early"))
        except KeyError:
            return []

    def failed(self, error: Exception) -> None:
        error.__cause__ = error.__cause__ or self._step_error
        self.turn.error = error

    def warn(self, event: str, **values: Any) -> None:
        self.turn.trace.warnings.append(f"{event} {values.get('error', '')}".strip())
        log.warning(event, conversation=self.turn.conversation_id, **values)

    def note(self, kind: str, key: str) -> None:
        self.turn.trace.notes.append((kind, key))


async def _called(command: Step[Any], unique: str) -> Any:
    kwargs = dict(command.kwargs)
    if _wants_key(command.function) and "idempotency_key" not in kwargs:
        kwargs["idempotency_key"] = unique
    if inspect.iscoroutinefunction(command.function):
        return await command.function(*command.args, **kwargs)
    result = await asyncio.to_thread(command.function, *command.args, **kwargs)
    return await result if inspect.isawaitable(result) else result


def _wants_key(function: Any) -> bool:
    try:
        return "idempotency_key" in inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
