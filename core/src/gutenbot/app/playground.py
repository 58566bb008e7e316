"""Sessions of the playground: made, set, taken back, written down. Each belongs to whoever made it."""

import base64
import hmac
import inspect
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import msgspec

from gutenbot.dialogs.conversation import CONVERSATION_ENDED
from gutenbot.events.incoming import CustomEvent, PayloadEvent
from gutenbot.events.notation import lines_of, said
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.ids import BotId, ConversationId, UserId, new_id, user_id
from gutenbot.storage.chain import TurnRow, turns_of
from gutenbot.storage.rehearsal import NothingToUndo, bring_forward, undo
from gutenbot.storage.rows import ConversationSummary, ThreadEntry, UserPatch
from gutenbot.turns.playground import PLAYGROUND, SCOPE, SKINS, TAG, Play, play_of, playground_secret

if TYPE_CHECKING:
    from gutenbot.app.app import App

PERSONAS = "gutenbot.playground.personas"
TOKEN_S = 12 * 3600
KEPT_DAYS = 7
_SUGGESTED = 3
_LONGEST_S = 366 * 86_400


class NoPlayground(UserMistake):
    """The playground shows the web chat, and the module channel-web does not run. Switch it on."""

    code = "playground.no-channel"
    status = 409


class NoSession(UserMistake):
    """There is no such session of the playground, or somebody else made it."""

    code = "playground.no-session"
    status = 404


class NoSkin(UserMistake):
    """There is no skin {skin}; there are {known}."""

    code = "playground.no-skin"


class NoPersona(UserMistake):
    """There is no persona {name}."""

    code = "playground.no-persona"
    status = 404


class Persona(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody whom one plays."""

    name: str
    profile: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    tags: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is now."""

    id: str
    play: Play
    conversation: ConversationSummary | None


class Playground:
    """For one app."""

    def __init__(self, app: "App") -> None:
        self.app = app
        self.storage = app.storage

    async def begin(
        self, bot: BotId, owner: str, *, persona: str = "", skin: str = "web", locale: str = ""
    ) -> tuple[Session, str]:
        """A new session, and the token by which its chat knows who comes. Raises `NoPlayground`, `NoSkin`, `NoPersona`."""
        if PLAYGROUND not in self.app.channels:
            raise NoPlayground
        _known_skin(skin)
        found = await self.persona(bot, persona) if persona else Persona("")
        session, now_ms = new_id(), to_ms(self.app.clock.now())
        await self._forget_old(owner, now_ms)
        play = Play(owner=owner, bot=bot, made_ms=now_ms, skin=skin, persona=persona)
        await self._keep(session, play)
        sender = f"user:{session}"
        person = user_id(bot, PLAYGROUND, sender)
        await self.storage.link_identity(bot, PLAYGROUND, sender, person)
        profile = {**found.profile, **({"locale": locale} if locale else {})}
        patch = UserPatch(set_attributes=found.attributes, profile=profile, tags={**found.tags, TAG: ""})
        await self.storage.patch_user(bot, person, patch, now_ms)
        token = await self._token(session, {k: v for k, v in profile.items() if isinstance(v, str)}, now_ms)
        return Session(session, play, None), token

    async def _token(self, session: str, profile: dict[str, str], now_ms: int) -> str:
        """What a site's server says of its visitor, said by this server."""
        body = {"user": session, "expires": now_ms // 1000 + TOKEN_S, "profile": profile}
        part = _base64(json.dumps(body).encode())
        secret = await playground_secret(self.storage)
        return f"{part}.{_base64(hmac.new(secret.encode(), part.encode(), sha256).digest())}"

    async def _forget_old(self, owner: str, now_ms: int) -> None:
        for key, kept in (await self.storage.kv_list(SCOPE)).items():
            if kept.get("owner") == owner and now_ms - kept.get("made_ms", 0) > KEPT_DAYS * 86_400_000:
                await self.storage.kv_delete(SCOPE, key)

    async def _keep(self, session: str, play: Play) -> None:
        await self.storage.kv_set(SCOPE, session, msgspec.to_builtins(play))

    async def session(self, bot: BotId, session: str, owner: str) -> Session:
        """A session of this owner. Raises `NoSession`."""
        play = await play_of(self.storage, session)
        if play is None or play.bot != bot or play.owner != owner:
            raise NoSession
        found = await self.storage.conversations(bot, PLAYGROUND, f"user:{session}", 1)
        return Session(session, play, found[0] if found else None)

    async def set_skin(self, one: Session, skin: str) -> Session:
        """From the next message on it is shown as this channel would show it. Raises `NoSkin`."""
        _known_skin(skin)
        return await self._changed(one, skin=skin)

    async def pass_time(self, one: Session, seconds: float) -> Session:
        """Lets time pass in this session alone: timers that come due on the way fire."""
        by_ms = round(min(max(seconds, 0), _LONGEST_S) * 1000)
        n = one.conversation.last_n if one.conversation is not None else 0
        notes = (*one.play.notes, (n, f"--- {_span(by_ms / 1000)} later ---"))
        changed = await self._changed(one, ahead_ms=one.play.ahead_ms + by_ms, notes=notes)
        if one.conversation is not None:
            conversation = one.conversation.conversation_id
            await self.storage.write(lambda db: bring_forward(db, conversation, by_ms), place=f"playground {one.id}")
            self.app.turns.timers_changed()
        return changed

    async def _changed(self, one: Session, **changes: Any) -> Session:
        play = msgspec.structs.replace(one.play, **changes)
        await self._keep(one.id, play)
        return Session(one.id, play, one.conversation)

    async def undo(self, one: Session) -> int:
        """Takes the last message and all that came of it back; returns its position. Raises `NothingToUndo`, `StillAnswering`."""
        if one.conversation is None:
            raise NothingToUndo
        conversation, bot = one.conversation.conversation_id, BotId(one.play.bot)
        n = await self.storage.write(lambda db: undo(db, bot, conversation), place=f"playground {one.id}")
        notes = tuple(note for note in one.play.notes if note[0] < n)
        if notes != one.play.notes:
            await self._changed(one, notes=notes)
        return n

    async def emit(self, one: Session, name: str, data: dict[str, Any]) -> None:
        """Hands an event in, as another system would."""
        if one.conversation is None:
            raise NothingToUndo
        bot = BotId(one.play.bot)
        await self.app.emit(bot, one.conversation.conversation_id, name, data, None)
        told = json.dumps(data, ensure_ascii=False)
        note = f"--- event {name} {told} ---" if data else f"--- event {name} ---"
        await self._changed(one, notes=(*one.play.notes, (one.conversation.last_n, note)))

    async def turns(self, bot: BotId, conversation: ConversationId, limit: int) -> list[TurnRow]:
        """The latest turns, newest first."""
        return await self.storage.read(lambda db: turns_of(db, bot, conversation, limit))

    # What to say ----------------------------------------------------------------------------------------------------

    def suggestions(self, bot: BotId) -> list[str]:
        """Words that the bot listens to: the first three that its code names."""
        found: list[str] = []
        for handler in self.app.runtimes[bot].book.handlers:
            words = next((one for one in _plain(handler.conditions) if one not in found), None)
            if words:
                found.append(words)
        return found[:_SUGGESTED]

    def leads(self, bot: BotId, item: str) -> list[str]:
        """Words that lead to a content item: those of the handlers whose own code says it. Reads the disk."""
        uses = self.app.content.desk.shelf(bot).usage.read().get(item, ())
        folder = self.app.bots[bot].folder
        places = {((folder / use.place.file).resolve(), use.place.line) for use in uses}
        found: list[str] = []
        for handler in self.app.runtimes[bot].book.handlers:
            code = getattr(inspect.unwrap(handler.dialog.function), "__code__", None)
            if code is not None and any(
                line in _lines(code) and file == Path(code.co_filename).resolve() for file, line in places
            ):
                found += [word for word in _plain(handler.conditions) if word not in found]
        return found[:_SUGGESTED]

    async def transcript(self, one: Session, title: str) -> str:
        """The conversation as a `.chat.md` file, which `gutenbot test` runs."""
        lines = [f"# {title}", ""]
        if one.conversation is not None:
            entries = await self.storage.thread(one.conversation.conversation_id, limit=1000)
            lines += _written(entries, list(one.play.notes))
        return "\n".join(lines) + "\n"

    # Personas -------------------------------------------------------------------------------------------------------

    async def personas(self, bot: BotId) -> list[Persona]:
        """All of a bot, by name."""
        kept = await self.storage.kv_list(PERSONAS, f"{bot}/")
        return [msgspec.convert(one, Persona) for one in kept.values()]

    async def persona(self, bot: BotId, name: str) -> Persona:
        """One by name. Raises `NoPersona`."""
        kept = await self.storage.kv_get(PERSONAS, f"{bot}/{name}")
        if not kept:
            raise NoPersona(name=name[:100])
        return msgspec.convert(kept, Persona)

    async def save_persona(self, bot: BotId, persona: Persona) -> None:
        """Makes or replaces one."""
        await self.storage.kv_set(PERSONAS, f"{bot}/{persona.name}", msgspec.to_builtins(persona))

    async def delete_persona(self, bot: BotId, name: str) -> None:
        """Removes one. Raises `NoPersona`."""
        await self.persona(bot, name)
        await self.storage.kv_delete(PERSONAS, f"{bot}/{name}")

    async def persona_of(self, bot: BotId, user: UserId, name: str) -> Persona:
        """A copy of a real person, without what leads to them: no address, no name of theirs but the first."""
        row = await self.storage.user(bot, user)
        profile = row.profile if row is not None else {}
        kept: dict[str, Any] = {
            key: profile[key] for key in ("first_name", "locale", "time_zone", "gender") if key in profile
        }
        tags = {tag: value for tag, (value, _) in (await self.storage.tags(bot, user)).items() if tag != TAG}
        return Persona(name, kept, dict(row.attributes) if row is not None else {}, tags)


def _known_skin(skin: str) -> None:
    if skin not in SKINS:
        raise NoSkin(skin=skin[:60], known=", ".join(SKINS))


def _lines(code: CodeType) -> range:
    """The lines of a function, from its first to its last."""
    return range(code.co_firstlineno, max((line for *_, line in code.co_lines() if line), default=0) + 1)


def _plain(conditions: Sequence[Any]) -> list[str]:
    """The words among conditions."""
    found: list[str] = []
    for one in conditions:
        if isinstance(one, str) and one.strip():
            found.append(one)
        elif isinstance(one, list | tuple):
            found += _plain(one)
    return found


def _written(entries: Sequence[ThreadEntry], notes: list[tuple[int, str]]) -> list[str]:
    lines: list[str] = []
    begun = False
    for entry in entries:
        while notes and notes[0][0] < entry.n:
            lines += ["", notes.pop(0)[1]]
        body = entry.body
        if entry.direction == "in":
            start = not begun and isinstance(body, PayloadEvent) and not body.title
            if not start and not (isinstance(body, CustomEvent) and body.name == CONVERSATION_ENDED):
                begun = True
                lines += ["", f"> {said(body)}"]  # type: ignore[arg-type]
        elif begun:
            lines += lines_of(body)  # type: ignore[arg-type]
        else:
            lines += [f"# {line}" for line in lines_of(body)]  # type: ignore[arg-type]
    return [*lines, *(part for _, note in notes for part in ("", note))]


def _span(seconds: float) -> str:
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{seconds:g} seconds"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
