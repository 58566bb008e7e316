"""Whether a text may go live: what publishing looks at, now and at the moment that somebody chose."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from gutenbot.accounts.rows import Row
from gutenbot.content.items import NAMES_AT_HAND, Item, Variable
from gutenbot.content.uses import Use
from gutenbot.content.wording import Wording
from gutenbot.editing.desk import ContentDesk
from gutenbot.editing.errors import NeedsReview, NotSound
from gutenbot.editing.rows import Spot
from gutenbot.editing.shelf import Shelf
from gutenbot.editing.wording import forbidden_in, lists

Looked = dict[tuple[Spot, int], str]
"""A revision of a text → why it cannot be said; empty when it can. Revisions never change."""


def not_passed(item: Item, uses: Iterable[Use]) -> Iterator[tuple[Variable, Use]]:
    """The names that an item needs and that code which certainly says it does not pass, with the first such place."""
    known = [use for use in uses if use.certain and use.complete]
    for variable in item.variables:
        if variable.required and variable.name not in NAMES_AT_HAND:
            lacking = next((use for use in known if variable.name not in use.names), None)
            if lacking is not None:
                yield variable, lacking


def trouble_of(shelf: Shelf, spot: Spot, source: str, uses: Mapping[str, Sequence[Use]] | None = None) -> str:
    """Why a text cannot be said; empty when it can. Without `uses` the bot's code is looked at: not for an event loop."""
    item, problems = shelf.compile(spot.item, spot.locale, source)
    if item.broken:
        first = next((one for one in problems if one.severity == "error"), None)
        return f"{first.message} (line {first.line})" if first else item.broken
    lacking = next(not_passed(item, (shelf.usage.read() if uses is None else uses).get(spot.item, ())), None)
    return f"`{lacking[0].name}` is not passed at {lacking[1].place}." if lacking else ""


async def look(shelf: Shelf, found: Iterable[tuple[Spot, Row]]) -> Looked:
    """Looks at revisions before the transaction in which they go live: nobody else can write meanwhile."""
    some = list(found)

    def compile_all() -> Looked:
        uses = shelf.usage.read()
        return {(spot, row["n"]): trouble_of(shelf, spot, row["source"], uses) for spot, row in some}

    return await asyncio.to_thread(compile_all)


class Gate:
    """What may pass, as the rules are within one transaction."""

    def __init__(self, db: sa.Connection, desk: ContentDesk, bot: str, looked_at: Looked) -> None:
        self._desk = desk
        self._shelf = desk.shelf(bot)
        self._words: Mapping[str, Wording] = lists(db, bot)
        self._looked_at = looked_at

    def check(self, spot: Spot, row: Row, revision: Row, *, approved: bool = False) -> None:
        """Raises `NotSound`, `NeedsReview`. `approved`: somebody did when it was planned."""
        trouble = self._looked_at.get((spot, revision["n"]))
        if trouble is None:  # saved since
            trouble = trouble_of(self._shelf, spot, revision["source"])
        if not trouble and (word := forbidden_in(revision["source"], self._words, spot.locale)):
            trouble = f"“{word}” is a word that this bot never uses."
        if trouble:
            raise NotSound(item=spot.item, locale=spot.locale, reason=trouble)
        if self._desk.overrides == "review" and not (approved or is_approved(row, revision["n"])):
            raise NeedsReview(item=spot.item, locale=spot.locale)


def is_approved(row: Row, n: int) -> bool:
    """Whether another person has approved this very revision."""
    return bool(row["review"] == "approved" and row["review_n"] == n)
