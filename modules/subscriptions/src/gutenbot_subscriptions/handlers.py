"""Hears the words of subscriptions before the dialogs do: a whole message, or a tap. Everything is kept with the turn."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from gutenbot.sdk import Choices, MessageEvent, Outgoing, PayloadEvent, QuickReply, TextMessage, Turn, plain_text, to_ms
from gutenbot_subscriptions.categories import Act, Category, payload_of
from gutenbot_subscriptions.desk import Desk
from gutenbot_subscriptions.service import Subscriptions
from gutenbot_subscriptions.speech import named
from gutenbot_subscriptions.switching import SWITCH, switch_values


async def hear(turn: Turn, call_next: Callable[[], Awaitable[None]]) -> None:
    """Joins and leaves by a word, or shows the menu. A word that the open question offers is its answer instead."""
    desk: Desk = turn.bot.service(Subscriptions)
    act = _meant(desk, turn)
    if act is None:
        await call_next()
        return
    said = await (_menu(desk, turn) if act.category is None else _switch(desk, turn, act, act.category))
    if said:
        turn.messages += said
        turn.answered_by = "subscriptions"
    await call_next()


def _meant(desk: Desk, turn: Turn) -> Act | None:
    event = turn.event
    if isinstance(event, PayloadEvent):
        act = desk.means(turn.bot_id, event.payload, event.text)
    elif isinstance(event, MessageEvent):
        act = desk.means(turn.bot_id, event.text)
    else:
        return None
    if act is None or turn.offers(event.text) or (isinstance(event, PayloadEvent) and turn.offers(event.payload)):
        return None
    return act if isinstance(act, Act) else None


async def _switch(desk: Desk, turn: Turn, act: Act, category: Category) -> list[Outgoing]:
    joins = act.kind == "join"
    before = (await desk.state(turn.bot_id, turn.user_id)).get(category.id, False)
    values = switch_values(turn.bot_id, category.id, turn.user_id, subscribed=joins, now_ms=to_ms(turn.now), by="user")
    if before != joins:
        turn.record(lambda execute: _run(execute, values))
    if category.passes_on:
        return []
    words = category.in_language(turn.locale)
    text, item = (words.joined, "joined") if joins else (words.gone, "gone")
    if before == joins:
        text, item = "", "already-joined" if joins else "not-joined"
    return desk.speech.say_text(turn, text, f"subscriptions.{item}", **named(category, turn.locale))


async def _menu(desk: Desk, turn: Turn) -> list[Outgoing]:
    state = await desk.state(turn.bot_id, turn.user_id)
    categories = [desk.category(turn.bot_id, one) for one in state]
    if not categories:
        return desk.speech.say(turn, "subscriptions.none")
    listed = [{**named(one, turn.locale), "subscribed": state[one.id]} for one in categories]
    names = ", ".join(str(one["name"]) for one in listed)
    said = desk.speech.say(turn, "subscriptions.manage", subscriptions=listed, categories=names)
    offers = tuple(_offer(desk, turn, one, state) for one in categories)
    return [*said[:-1], _with_offers(said[-1], offers)] if said else []


def _offer(desk: Desk, turn: Turn, category: Category, state: Mapping[str, bool]) -> QuickReply:
    """A button that changes what is: it says one of the category's words, so that typing it does the same."""
    kind = "leave" if state[category.id] else "join"
    data = named(category, turn.locale)
    title = data[kind] or plain_text(desk.speech.say(turn, f"subscriptions.button.{kind}", **data)[0])
    return QuickReply(title=title, payload=payload_of(kind, category.id))


def _with_offers(message: Outgoing, offers: tuple[QuickReply, ...]) -> Outgoing:
    if isinstance(message, TextMessage):
        return Choices(text=message.text, quick_replies=offers, locale=message.locale, content_id=message.content_id)
    return msgspec.structs.replace(message, quick_replies=offers)


def _run(execute: Callable[..., object], values: Mapping[str, object]) -> None:
    execute(SWITCH, values)
