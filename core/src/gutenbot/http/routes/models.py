"""What the API answers: models that many nouns share, made from the records of the storage."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Query
from pydantic import BaseModel, Field

from gutenbot.kernel.clock import from_ms
from gutenbot.storage.rows import ConversationRow, ConversationSummary, DeadLetter, ThreadEntry, UserRow

T = TypeVar("T")
_MAX_SEQ = 2**62

Limit = Annotated[int, Query(ge=1, le=200, description="Entries on a page.")]
After = Annotated[str, Query(max_length=200, description="`next` of the page before.")]
Position = Annotated[int, Query(ge=0, le=_MAX_SEQ, description="The last position that is known already.")]


class Page(BaseModel, Generic[T]):
    """Some of a list; `next` is the cursor of the following page, null at the end."""

    items: list[T]
    next: str | None = None


class Number(BaseModel):
    """How many there are."""

    count: int


class UserOut(BaseModel):
    """One person."""

    id: str
    profile: dict[str, Any]
    attributes: dict[str, Any]
    tags: dict[str, str] = Field(default_factory=dict)
    created: datetime
    seen: datetime | None

    @classmethod
    def of(cls, row: UserRow, tags: dict[str, str]) -> "UserOut":
        """From the stored row."""
        seen = from_ms(row.seen_ms) if row.seen_ms else None
        return cls(
            id=row.user_id, profile=row.profile, attributes=row.attributes, tags=tags,
            created=from_ms(row.created_ms), seen=seen,
        )  # fmt: skip


class ConversationOut(BaseModel):
    """One thread."""

    id: str
    bot: str
    channel: str
    user: str
    mode: str
    n: int
    updated: datetime

    @classmethod
    def of(cls, row: ConversationRow) -> "ConversationOut":
        """From the stored row."""
        return cls(
            id=row.conversation_id, bot=row.bot_id, channel=row.channel_id, user=row.user_id, mode=row.mode,
            n=row.last_n, updated=from_ms(row.updated_ms),
        )  # fmt: skip


class SummaryOut(BaseModel):
    """One line of a list of conversations."""

    id: str
    channel: str
    title: str
    last: str
    n: int
    read_n: int
    updated: datetime

    @classmethod
    def of(cls, row: ConversationSummary, channel: str) -> "SummaryOut":
        """From the stored row."""
        return cls(
            id=row.conversation_id, channel=channel, title=row.title, last=row.last_text, n=row.last_n,
            read_n=row.read_n, updated=from_ms(row.updated_ms),
        )  # fmt: skip


class EntryOut(BaseModel):
    """One line of a thread: an event that came in, or a message that went out."""

    n: int
    dir: str
    at: datetime
    author: str
    id: str
    body: dict[str, Any]

    @classmethod
    def of(cls, entry: ThreadEntry) -> "EntryOut":
        """From the stored entry."""
        return cls(
            n=entry.n, dir=entry.direction, at=from_ms(entry.at_ms), author=entry.author, id=entry.external_id,
            body=msgspec.to_builtins(entry.body, enc_hook=str),
        )  # fmt: skip


class DeadLetterOut(BaseModel):
    """An event that could not be handled."""

    seq: int
    conversation: str
    channel: str
    event: dict[str, Any]
    error: str
    attempts: int
    died: datetime

    @classmethod
    def of(cls, row: DeadLetter) -> "DeadLetterOut":
        """From the stored row."""
        return cls(
            seq=row.seq, conversation=row.conversation_id, channel=row.channel_id,
            event=msgspec.to_builtins(row.event, enc_hook=str), error=row.error, attempts=row.attempts,
            died=from_ms(row.died_ms),
        )  # fmt: skip


def next_cursor(items: list[T], limit: int, cursor: str) -> str | None:
    """The cursor of the next page, when this one is full."""
    return cursor if len(items) == limit else None
