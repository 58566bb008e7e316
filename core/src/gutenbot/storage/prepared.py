"""Arrivals and turns in their storable form: encoded, cleaned and measured before they come near a transaction."""

from dataclasses import dataclass

from gutenbot.events.incoming import Incoming, PayloadEvent
from gutenbot.events.messages import Outgoing
from gutenbot.storage.codec import clean, encode_any, encode_incoming, encode_outgoing
from gutenbot.storage.errors import StateTooLarge
from gutenbot.storage.rows import Arrival, TurnCommit


@dataclass(slots=True)
class Prepared:
    """An arrival in its storable form."""

    arrival: Arrival
    event: Incoming
    text: str
    """The event as JSON."""
    thread: str
    sender: str
    external_id: str
    natural_key: str | None


def prepare(arrival: Arrival) -> Prepared:
    """Encodes and cleans, on the caller's thread."""
    event, text = encode_incoming(arrival.event)
    natural = arrival.natural_key
    return Prepared(
        arrival,
        event,
        text,
        clean(arrival.thread),
        clean(arrival.sender),
        clean(arrival.external_id),
        None if natural is None else clean(natural),
    )


@dataclass(slots=True)
class PreparedTurn:
    """A turn's commit in its storable form."""

    turn: TurnCommit
    messages: list[tuple[Outgoing, str]]
    variables: str | None
    added: int
    """Bytes of state that it writes: an upper bound of what the state grows by."""


def prepare_turn(turn: TurnCommit, limit: int) -> PreparedTurn:
    """Encodes and measures, on the caller's thread. Raises `NotStorable`, or `StateTooLarge` when hopeless (POI-03)."""
    variables = None if turn.variables is None else encode_any(turn.variables)
    added = len(variables) if variables else 0
    for frame in turn.frames:
        added += len(frame.args) + len(frame.start) + len(frame.pending)
    for row in turn.journal:
        added += len(row.entries)
    if added > limit and not turn.ended:
        raise StateTooLarge(conversation_id=turn.claim.conversation_id, size=added, limit=limit)
    return PreparedTurn(turn, [encode_outgoing(message) for message in turn.messages], variables, added)


def words_of(event: Incoming) -> str:
    """What the person would call it: of a tap the words on the button. What only the bot reads, such as `GET_STARTED`, is none."""
    return event.title if isinstance(event, PayloadEvent) else event.text
