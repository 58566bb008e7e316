"""The topics of the live socket: what each needs, and who of its listeners hears an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.errors import NoConversation
from gutenbot.turns.errors import UnknownBot

if TYPE_CHECKING:
    from gutenbot.app.app import App

LONGEST = 300
"""Characters of a topic."""


class NoTopic(HttpMistake):
    """There is no live topic {topic}. Known are: {known}."""

    code = "live.no-topic"
    status = 404


@dataclass(frozen=True, slots=True)
class Kind:
    """Topics that begin with the same word."""

    needs: str = ""
    """The permission; empty: whoever may open the socket."""
    of: str = ""
    """What stands behind the colon: `bot`, `conversation`, `object`; empty: nothing does."""
    shape: str = "stored"
    """Where its events come from: see `sources.py`."""


KINDS: Mapping[str, Kind] = {
    "audit": Kind("audit:read", shape="audit"),
    "content": Kind("content:read", of="bot"),
    "conversation": Kind("conversations:read", of="conversation", shape="thread"),
    "conversations": Kind("conversations:read", of="bot", shape="threads"),
    "health": Kind(shape="health"),
    "jobs": Kind(),
    "logs": Kind("logs:read", shape="logs"),
    "modules": Kind("modules:read"),
    "notifications": Kind(),
    "pipeline": Kind("modules:read"),
    "presence": Kind(of="object", shape="presence"),
}
"""Topics of `jobs` and `notifications` go to those whom an event is meant for."""

OBJECTS: Mapping[str, str] = {
    "bot": "bots:read",
    "content": "content:read",
    "conversation": "conversations:read",
    "settings": "modules:read",
}
"""First word of an object that people can be present at, such as `content/<bot>/<item>` → the permission to see them."""


async def kind_of(app: "App", actor: Actor, topic: str) -> Kind:
    """The kind of a topic that the actor may hear (SOCK-02). Raises `NoTopic`, `UnknownBot`, `NoConversation`, `Forbidden`."""
    name, _, rest = topic.partition(":")
    kind = KINDS.get(name) or _of_module(app, name)
    if (
        kind is None
        or len(topic) > LONGEST
        or (kind.of != "" and not rest)
        or (kind.of == "" and rest and name in KINDS)
    ):
        raise NoTopic(topic=topic[:100], known=", ".join(sorted(KINDS)))
    if kind.of == "bot":
        actor.need(kind.needs, bot=rest)
        _known_bot(app, rest)
    elif kind.of == "conversation":
        actor.need(kind.needs)
        actor.need(kind.needs, bot=await _bot_of(app, ConversationId(rest)))
    elif kind.of == "object":
        _need_object(app, actor, topic, rest)
    elif kind.needs:
        actor.need(kind.needs)
    return kind


def _of_module(app: "App", name: str) -> Kind | None:
    """A module's topics are stored; the registry holds the permission."""
    registry = app.registries.get("live_topics")
    needs = registry.get(name) if registry is not None else None
    return Kind(str(needs)) if needs else None


def _known_bot(app: "App", bot: str) -> None:
    if BotId(bot) not in app.bots:
        raise UnknownBot(bot=bot[:100], known=", ".join(app.bots) or "none")


async def _bot_of(app: "App", conversation: ConversationId) -> str:
    loaded = await app.storage.load(conversation)
    if loaded.conversation.bot_id not in app.bots:
        raise NoConversation(conversation=conversation)
    return str(loaded.conversation.bot_id)


def _need_object(app: "App", actor: Actor, topic: str, name: str) -> None:
    """Objects are named `<word>/<bot>/…`; the word says who may see who looks at it."""
    word, _, rest = name.partition("/")
    needs = OBJECTS.get(word)
    if needs is None or not rest:
        raise NoTopic(topic=topic[:100], known=", ".join(f"presence:{one}/…" for one in sorted(OBJECTS)))
    bot = rest.partition("/")[0]
    if word == "settings":
        actor.need(needs)
        return
    actor.need(needs, bot=bot)
    if word != "conversation" or "/" in rest:
        _known_bot(app, bot)


def meant_for(to: str, actor: Actor) -> bool:
    """Whether an event is meant for this listener."""
    return not to or any(_is(part, actor) for part in to.split())


def _is(part: str, actor: Actor) -> bool:
    kind, _, value = part.partition(":")
    if kind == "account":
        return actor.account_id == value
    permission, of, bot = value.partition("@")
    return kind == "may" and actor.may(permission, **({"bot": bot} if of else {}))
