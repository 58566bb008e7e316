"""What the module says to people: the items of its folder `content/`, unless the bot or an editor has others of the same ids."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from gutenbot.sdk import Outgoing, Turn, get_logger
from gutenbot_subscriptions.categories import Category
from gutenbot_subscriptions.errors import NoSuchText

log = get_logger("subscriptions")


class Speech:
    """Says items and texts of categories; the module's own words when those of somebody else cannot be said."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, Any]] = {}

    def say(self, turn: Turn, item: str, **data: Any) -> list[Outgoing]:
        """The messages of an item; the module's own words when those of the bot cannot be said."""
        given = {**_at_hand(turn), **data}
        about: dict[str, Any] = {"locale": turn.locale, "channel": turn.channel.id, "random": turn.random}
        try:
            return list(turn.library.render(item, given, **about).messages)
        except Exception as error:  # an editor's text must not keep anybody from leaving
            log.warning("subscriptions.text_failed", item=item, error=f"{type(error).__name__}: {error}")
            return list(self._own(turn).render(item, given, **about).messages)

    def say_text(self, turn: Turn, text: str, otherwise: str, **data: Any) -> list[Outgoing]:
        """A text of a category (a template, or `#item`), or this item where there is none or it cannot be said."""
        try:
            if text.startswith("#"):
                given = {**_at_hand(turn), **data}
                said = turn.library.render(
                    text[1:], given, locale=turn.locale, channel=turn.channel.id, random=turn.random
                )
                return list(said.messages)
            if text:
                (item,), _ = turn.library.compiled(json.dumps({"text": text}), "subscriptions", turn.locale)
                return list(item.render({**_at_hand(turn), **data}, turn.channel.id, turn.random, None))
        except Exception as error:
            log.warning("subscriptions.text_failed", item=otherwise, error=f"{type(error).__name__}: {error}")
        return self.say(turn, otherwise, **data)

    def _own(self, turn: Turn) -> Any:
        """The bot's content with the module's words before it."""
        known = self._known.get(turn.bot_id)
        if known is None or known[0] is not turn.library:
            items = [item for name, text in _own().items() for item in turn.library.compiled(text, name, name)[0]]
            known = self._known[turn.bot_id] = turn.library, turn.library.with_items(items)
        return known[1]


def check_text(text: str, library: Any) -> None:
    """Raises `NoSuchText` for a text that could not be said."""
    if not text:
        return
    if text.startswith("#"):
        if text[1:] not in library:
            raise NoSuchText(text=text, reason="the bot has no such content item.")
        return
    items, problems = library.compiled(json.dumps({"text": text}), "subscriptions", "en")
    wrong = [problem.message for problem in problems if problem.severity == "error"]
    if wrong or len(items) != 1 or items[0].broken:
        raise NoSuchText(text=text[:80], reason=" ".join(wrong) or "it is no text.")


def named(category: Category, locale: str) -> dict[str, Any]:
    """What texts may say of a category."""
    words = category.in_language(locale)
    return {
        "name": words.name,
        "about": words.about,
        "join": words.join[0] if words.join else "",
        "leave": words.leave[0] if words.leave else "",
    }


def _at_hand(turn: Turn) -> dict[str, Any]:
    user = turn.loaded.user
    return {
        "user": {**user.profile, **(turn.profile or {}), **user.attributes, **turn.set_attributes, "id": turn.user_id},
        "conversation": dict(turn.loaded.conversation.variables),
        "message": {"text": turn.event.text},
        "bot": turn.bot_id,
        "channel": turn.channel.id,
        "locale": turn.locale,
        "now": turn.now,
    }


@cache
def _own() -> dict[str, str]:
    """Language → the text of its file."""
    folder = files("gutenbot_subscriptions") / "content"
    return {
        path.name.split(".")[1]: path.read_text("utf-8")
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".yaml")
    }
