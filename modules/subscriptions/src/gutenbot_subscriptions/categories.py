"""Categories as they are in code and in the database: what they are called, which words mean them, and what is answered."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from gutenbot.sdk import BotId
from gutenbot_subscriptions.errors import WordsClash

if TYPE_CHECKING:
    from gutenbot import Bot

REGISTRY = "subscriptions"
"""Where bots contribute their categories."""


def folded(text: str) -> str:
    """A word as it is compared: case, width and runs of blanks do not count; everything else does."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a category is called in a language, and what is answered. A text beginning with `#` is a content item."""

    name: str
    about: str = ""
    join: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    joined: str = ""
    """Said to whoever joins; empty: the module's own words."""
    gone: str = ""
    """Said to whoever leaves."""

    def all(self) -> list[str]:
        """All words that mean it."""
        return [*self.join, *self.leave]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Something that people may get or not."""

    bot_id: BotId
    id: str
    language: str
    """The first one of its languages."""
    words: Mapping[str, Words]
    """By language tag."""
    passes_on: bool = False
    """The bot's own handlers hear the word too, and answer it; the module says nothing."""
    from_code: bool = False
    version: int = 0
    changed_ms: int = 0
    removed_ms: int = 0

    def in_language(self, locale: str) -> Words:
        """Its words in a language: those of `fr` for `fr-CA`, else those of its first one."""
        tag = locale
        while tag:
            if tag in self.words:
                return self.words[tag]
            tag = tag.rpartition("-")[0]
        return self.words[self.language]


@dataclass(frozen=True, slots=True)
class Act:
    """What a word means: to join or leave a category, or (without one) to see the menu."""

    kind: str
    """`join`, `leave` or `manage`."""
    category: Category | None = None

    @property
    def use(self) -> str:
        """In words, for whoever wants the same word."""
        return f"{self.kind} {self.category.in_language('').name}" if self.category else "the menu of subscriptions"


@dataclass(frozen=True, slots=True)
class Book:
    """The categories of a bot, and what each word means."""

    categories: Mapping[str, Category] = field(default_factory=dict)
    acts: Mapping[str, Act] = field(default_factory=dict)


def book_of(categories: Sequence[Category], manage: Sequence[str]) -> Book:
    """Those of code come first: a word or an id that two of them have means the first of them."""
    found: dict[str, Category] = {}
    acts = {folded(word): Act("manage") for word in manage}
    for one in sorted(categories, key=lambda each: not each.from_code):
        if found.setdefault(one.id, one) is not one:
            continue
        acts.setdefault(folded(payload_of("join", one.id)), Act("join", one))
        acts.setdefault(folded(payload_of("leave", one.id)), Act("leave", one))
        for words in one.words.values():
            for kind, some in (("join", words.join), ("leave", words.leave)):
                for word in some:
                    acts.setdefault(folded(word), Act(kind, one))
    return Book(MappingProxyType(found), MappingProxyType(acts))


def payload_of(kind: str, category: str) -> str:
    """What a button of the menu sends."""
    return f"SUBSCRIPTIONS:{kind.upper()}:{category}"


def category(
    bot: "Bot",
    id: str,  # noqa: A002 - the word of everything that is kept
    *,
    name: str,
    about: str = "",
    join: Sequence[str] = (),
    leave: Sequence[str] = (),
    joined: str = "",
    gone: str = "",
    passes_on: bool = False,
    languages: Mapping[str, Words] | None = None,
) -> str:
    """Declares a category of a bot in its code; returns its id. Texts beginning with `#` are content items of the bot.

    `languages` has its words in others than the bot's own. Raises `WordsClash` when a word means two things.
    """
    own = Words(name=name, about=about, join=tuple(join), leave=tuple(leave), joined=joined, gone=gone)
    words = {bot.locale: own, **(languages or {})}
    made = Category(
        bot_id=bot.id, id=id, language=bot.locale, words=MappingProxyType(words), passes_on=passes_on, from_code=True
    )
    _refuse_clashes(bot, made)
    bot.contribute(REGISTRY, f"{bot.name} {id}", made)
    return id


def _refuse_clashes(bot: "Bot", made: Category) -> None:
    before = [item.value for item in bot.notes.contributions if item.registry == REGISTRY]
    seen: dict[str, str] = {}
    for one in [*before, made]:
        for words in one.words.values():
            for kind, some in (("join", words.join), ("leave", words.leave)):
                for word in some:
                    use = f"{kind} {one.id}"
                    if seen.setdefault(folded(word), use) != use:
                        raise WordsClash(bot=bot.name, word=word, first=seen[folded(word)], second=use)
