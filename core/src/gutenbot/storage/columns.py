"""Records from the columns that the statements of both engines select. Knows no driver."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from gutenbot.events.incoming import CustomEvent, Incoming, TimerEvent
from gutenbot.events.messages import plain_text
from gutenbot.kernel.ids import BotId, ChannelId, ConversationId, UserId
from gutenbot.storage.codec import check_json, decode_incoming, decode_object, decode_outgoing
from gutenbot.storage.errors import CorruptState
from gutenbot.storage.rows import (
    Arrival,
    Claim,
    ConversationRow,
    ConversationSummary,
    DeadLetter,
    FrameRow,
    JournalRow,
    Loaded,
    OutgoingRow,
    Seq,
    ThreadEntry,
    UserRow,
)

FOREVER_MS = 2**62
"""A moment that never comes."""


class Held(NamedTuple):
    """A conversation that this process holds, as far as claims need it."""

    conversation_id: ConversationId
    bot_id: BotId
    channel_id: ChannelId
    user_id: UserId
    thread: str
    fence: int


def as_claim(held: Held, row: tuple[Any, ...]) -> Claim:
    """From the columns of the next event. Raises what decoding raises."""
    seq, n, sender, external_id, event, lane, attempts, failures, _, received_ms = row
    return Claim(
        conversation_id=held.conversation_id,
        bot_id=held.bot_id,
        channel_id=held.channel_id,
        user_id=held.user_id,
        thread=held.thread,
        sender=sender,
        seq=Seq(seq),
        n=n,
        external_id=external_id,
        event=decode_incoming(event),
        lane=lane,
        attempts=attempts + 1,
        failures=failures,
        fence=held.fence,
        received_ms=received_ms,
    )


def timer_arrival(
    conversation_id: ConversationId,
    name: str,
    generation: int,
    bot_id: BotId,
    channel_id: ChannelId,
    thread: str,
    sender: str,
    *,
    now_ms: int,
) -> Arrival:
    """The event that a due timer becomes."""
    return Arrival(
        bot_id=bot_id,
        channel_id=channel_id,
        conversation_id=conversation_id,
        thread=thread,
        sender=sender,
        external_id=f"timer:{conversation_id}:{name}:{generation}",
        event=TimerEvent(name=name, generation=generation),
        lane="timer",
        received_ms=now_ms,
    )


def replay_arrival(bot_id: BotId, seq: Seq, row: tuple[Any, ...], now_ms: int) -> Arrival:
    """The event that an event which could not be handled becomes when it is tried once more."""
    conversation_id, channel_id, thread, sender, event, lane, provider_ms = row
    return Arrival(
        bot_id=bot_id,
        channel_id=channel_id,
        conversation_id=conversation_id,
        thread=thread,
        sender=sender,
        external_id=f"replay:{seq}",
        event=decode_incoming(event),
        lane=lane,
        received_ms=now_ms,
        provider_ms=provider_ms,
    )


def outgoing_row(row: tuple[Any, ...], *, died: bool = False) -> OutgoingRow:
    """From the selected columns; `died`: whoever was sending it is gone."""
    conversation_id, n, cause, k, channel_id, thread, message, state, tries, created_ms, mode_epoch, error = row
    return OutgoingRow(
        conversation_id=conversation_id,
        n=n,
        cause=cause,
        k=k,
        channel_id=channel_id,
        thread=thread,
        message=decode_outgoing(message),
        state="unknown" if died else state,
        tries=tries,
        created_ms=created_ms,
        mode_epoch=mode_epoch,
        error=error or "",
    )


def user_row(row: tuple[Any, ...]) -> UserRow:
    """From the columns of `USER`."""
    user_id, bot_id, rev, profile, profile_ms, attributes, created_ms, seen_ms = row
    return UserRow(
        user_id=user_id,
        bot_id=bot_id,
        rev=rev,
        profile=decode_object(profile),
        profile_ms=profile_ms,
        attributes=decode_object(attributes),
        created_ms=created_ms,
        seen_ms=max(created_ms, seen_ms),
    )


def thread_entry(n: int, incoming: int, body: str, at_ms: int, known_by: str) -> ThreadEntry:
    """One line, from the columns of a thread; `known_by` is the external id of an event, the cause of a message."""
    if incoming:
        event = _readable(body)
        return ThreadEntry(n=n, direction="in", body=event, at_ms=at_ms, external_id=known_by, author="user")
    return ThreadEntry(n=n, direction="out", body=decode_outgoing(body), at_ms=at_ms, cause=known_by)


def summary(
    conversation: ConversationId,
    thread: str,
    last_n: int,
    updated_ms: int,
    read_n: int,
    title: str,
    last_event: str | None,
    last_message: str | None,
) -> ConversationSummary:
    """From the columns of a list of conversations."""
    last_text = _readable(last_event).text if last_event else ""
    if last_message:
        last_text = plain_text(decode_outgoing(last_message))
    return ConversationSummary(
        conversation_id=conversation,
        thread=thread,
        last_n=last_n,
        updated_ms=updated_ms,
        read_n=read_n,
        last_text=last_text,
        title=title,
    )


def dead_letter(row: tuple[Any, ...]) -> DeadLetter:
    """From the columns of a dead event."""
    seq, conversation, bot_id, channel_id, event, error, attempts, died_ms = row
    return DeadLetter(
        seq=Seq(seq),
        conversation_id=conversation,
        bot_id=bot_id,
        channel_id=channel_id,
        event=_readable(event),
        error=error or "",
        attempts=attempts,
        died_ms=died_ms,
    )


def _readable(text: str) -> Incoming:
    """The event; where the stored one is damaged, a stand-in, so that the rest of a list can still be shown."""
    try:
        return decode_incoming(text)
    except msgspec.DecodeError:
        return CustomEvent(name="unreadable")


def assemble(row: tuple[Any, ...], rows: Sequence[tuple[Any, ...]]) -> Loaded:
    """From the columns of the two statements. Raises `CorruptState`."""
    try:
        return Loaded(conversation=_conversation(row), user=_user(row), frames=_frames(rows), journal=_journal(rows))
    except (msgspec.DecodeError, UnicodeError, _Missing) as error:
        raise CorruptState(conversation_id=row[0], reason=str(error)) from error


class _Missing(Exception):
    """A row that must exist does not."""


def _conversation(row: tuple[Any, ...]) -> ConversationRow:
    return ConversationRow(
        conversation_id=row[0],
        bot_id=row[1],
        channel_id=row[2],
        user_id=row[3],
        thread=row[4],
        rev=row[5],
        fence=row[6],
        last_n=row[7],
        mode=row[8],
        mode_epoch=row[9],
        variables={} if row[10] == "{}" else decode_object(row[10]),
        created_ms=row[11],
        updated_ms=row[12],
    )


def _user(row: tuple[Any, ...]) -> UserRow:
    if row[15] is None:
        raise _Missing(f"its user {row[3]} does not exist")
    return UserRow(
        user_id=row[3],
        bot_id=row[1],
        rev=row[15],
        profile={} if row[16] == "{}" else decode_object(row[16]),
        profile_ms=row[17],
        attributes={} if row[18] == "{}" else decode_object(row[18]),
        created_ms=row[19],
        seen_ms=row[13] or row[19],
    )


def _frames(rows: Sequence[tuple[Any, ...]]) -> tuple[FrameRow, ...]:
    frames = [_frame(row) for row in rows if row[0]]
    frames.sort(key=_depth)
    return tuple(frames)


def _frame(row: tuple[Any, ...]) -> FrameRow:
    for data in row[4:7]:
        check_json(data)
    return FrameRow(
        frame_id=row[1],
        depth=row[2],
        dialog=row[3],
        args=row[4],
        start=row[5],
        pending=row[6],
        started_ms=row[7],
        revision=row[8],
    )


def _depth(frame: FrameRow) -> int:
    return frame.depth


def _place_in_journal(row: tuple[Any, ...]) -> tuple[str, int]:
    return row[1], row[2]


def _journal(rows: Sequence[tuple[Any, ...]]) -> tuple[JournalRow, ...]:
    journal = sorted((row for row in rows if not row[0]), key=_place_in_journal)
    for row in journal:
        check_json(row[4])
    return tuple(JournalRow(frame_id=row[1], n=row[2], entries=row[4]) for row in journal)
