"""Arrivals, claims and timers: who holds a conversation, and which of its events is next."""

from collections import Counter
from collections.abc import Callable, Sequence

from gutenbot.events.incoming import VISIBLE, MessageEvent
from gutenbot.kernel.ids import BotId, ConversationId
from gutenbot.storage.columns import timer_arrival
from gutenbot.storage.errors import NoDeadLetter
from gutenbot.storage.prepared import Prepared, prepare, words_of
from gutenbot.storage.rows import Accepted, Arrival, Claim, Seq
from tests.simulation.model.tables import RELEASED, Event, Place, Tables

_TITLE_LENGTH = 80


def accept(db: Tables, items: Sequence[Prepared], owner: str, *, shown: bool = True) -> list[Accepted]:
    """Keeps the arrivals, in this order, each once; claims for `owner` the events of idle conversations."""
    return [_accept_one(db, item, owner, shown) for item in items]


def _accept_one(db: Tables, item: Prepared, owner: str, shown: bool) -> Accepted:
    arrival = item.arrival
    before = known(db, item)
    if before is not None:
        return Accepted(
            conversation_id=before.conversation_id, seq=before.seq, n=before.n, duplicate=True, claim=None
        )  # fmt: skip
    place = db.ensure_place(
        arrival.bot_id, arrival.channel_id, arrival.conversation_id, item.thread, item.sender, arrival.received_ms
    )
    row = Event(
        db.next_seq(), arrival.bot_id, arrival.conversation_id, arrival.channel_id, item.sender, item.external_id,
        arrival.lane, item.event, None, arrival.received_ms, arrival.provider_ms,
    )  # fmt: skip
    _show(place, row, shown)
    db.events[row.seq] = row
    db.external[row.bot_id, row.channel_id, row.external_id] = row
    if item.natural_key is not None:
        db.natural[row.bot_id, row.channel_id, item.natural_key] = row
    idle = place.owner is None
    if idle:
        place.owner = owner or RELEASED
    place.open.append(row)
    claim = _claimed(place, row) if idle and owner else None
    return Accepted(conversation_id=row.conversation_id, seq=row.seq, n=row.n, duplicate=False, claim=claim)


def known(db: Tables, item: Prepared) -> Event | None:
    """The same event, if it came before."""
    bot, channel = item.arrival.bot_id, item.arrival.channel_id
    found = db.external.get((bot, channel, item.external_id))
    if found is None and item.natural_key is not None:
        found = db.natural.get((bot, channel, item.natural_key))
    return found


def _show(place: Place, row: Event, shown: bool) -> None:
    if shown and isinstance(row.event, VISIBLE):
        place.lines.append(row)
        row.n = place.last_n
        if not place.title and (words := words_of(row.event)):
            place.title = words[:_TITLE_LENGTH]
    place.updated_ms = max(place.updated_ms, row.received_ms)
    if row.lane == "live":
        place.seen_ms = max(place.seen_ms, row.received_ms)


def _claimed(place: Place, row: Event) -> Claim:
    """Counts the attempt."""
    row.attempts += 1
    return claim_of(place, row)


def claim_of(place: Place, row: Event) -> Claim:
    """The claim as its holder sees it."""
    return Claim(
        conversation_id=place.conversation_id, bot_id=place.bot_id, channel_id=place.channel_id,
        user_id=place.user_id, thread=place.thread, sender=row.sender, seq=row.seq, n=row.n,
        external_id=row.external_id, event=row.event, lane=row.lane, attempts=row.attempts, failures=row.failures,
        fence=place.fence, received_ms=row.received_ms,
    )  # fmt: skip


def next_claim(place: Place, now_ms: int) -> tuple[Claim | None, int | None]:
    """The oldest open event, claimed; or when it may be tried again; or neither, and the conversation is given back."""
    if not place.open:
        place.owner = None
        return None, None
    row = place.open[0]
    if row.not_before_ms > now_ms:
        return None, row.not_before_ms
    return _claimed(place, row), None


def claim_held(db: Tables, conversation_id: ConversationId, boot: str, now_ms: int) -> Claim | None:
    """The next claim of a conversation that we hold, or that was given back with open events."""
    place = db.place(conversation_id)
    if place is None or place.owner not in (boot, RELEASED):
        return None
    if place.owner != boot:
        place.owner = boot
        place.fence += 1
    return next_claim(place, now_ms)[0]


def claim_burst(db: Tables, claim: Claim, limit: int, boot: str, now_ms: int) -> list[Claim]:
    """The live messages that directly follow the claimed event, claimed too."""
    place = db.place(claim.conversation_id)
    if place is None or (place.fence, place.owner) != (claim.fence, boot) or not isinstance(claim.event, MessageEvent):
        return []
    burst: list[Claim] = []
    for row in [row for row in place.open if row.seq > claim.seq][:limit]:
        if row.lane != "live" or not isinstance(row.event, MessageEvent) or row.not_before_ms > now_ms:
            break
        burst.append(_claimed(place, row))
    return burst


def release(db: Tables, claims: Sequence[Claim], boot: str, *, keep: bool) -> None:
    """Takes the attempts back; the conversations wait for whoever takes them over, unless they are kept."""
    for claim in claims:
        place = db.place(claim.conversation_id)
        if place is None:
            continue
        row = db.events[claim.seq]
        if row.state == "open" and row.attempts > 0:
            row.attempts -= 1
        if not keep and place.fence == claim.fence and place.owner in (boot, RELEASED):
            place.owner = RELEASED


def give_up(db: Tables, boot: str, places: Sequence[str]) -> None:
    """Releases those of these conversations that we hold (an empty place: all that we hold)."""
    for place in db.places.values():
        if place.owner == boot and place.open and ("" in places or place.conversation_id in places):
            place.owner = RELEASED
            db.touched.add(place.conversation_id)


Wanted = Callable[[Place], bool]


def take_over(db: Tables, boot: str, limit: int, wanted: Wanted = lambda place: True) -> list[Place]:
    """Conversations with open events and no live owner are ours now: bots take turns, the longest wait first."""
    found = sorted((place for place in db.places.values() if is_free(db, place, boot) and wanted(place)), key=_oldest)
    nth: Counter[BotId] = Counter()
    order: list[tuple[int, int, Place]] = []
    for place in found:
        nth[place.bot_id] += 1
        order.append((nth[place.bot_id], _oldest(place), place))
    free = [place for _, _, place in sorted(order, key=lambda entry: entry[:2])[:limit]]
    for place in free:
        place.owner = boot
        place.fence += 1
        db.touched.add(place.conversation_id)
        for row in place.open:
            row.not_before_ms = 0
    return sorted(free, key=_oldest)


def is_free(db: Tables, place: Place, boot: str) -> bool:
    """Whether this worker may take the conversation over."""
    return bool(place.open) and place.owner != boot and not db.is_live(place.owner)


def _oldest(place: Place) -> int:
    return place.open[0].seq


def claim_ready(db: Tables, boot: str, limit: int, wanted: Wanted, now_ms: int) -> list[Claim]:
    """Takes over conversations and claims the oldest event of each."""
    claims = [next_claim(place, now_ms)[0] for place in take_over(db, boot, limit, wanted)]
    return [claim for claim in claims if claim is not None]


def fire_timers(db: Tables, now_ms: int, limit: int, owner: str) -> list[Accepted]:
    """Due timers become events, and are gone, in one transaction."""
    due = sorted((due, key[1], key[0], generation) for key, (due, generation) in db.timers.items() if due <= now_ms)
    arrivals = []
    for _, name, conversation_id, generation in due[:limit]:
        place = db.places[conversation_id]
        arrivals.append(
            timer_arrival(
                conversation_id, name, generation, place.bot_id, place.channel_id, place.thread, place.sender,
                now_ms=now_ms,
            )
        )  # fmt: skip
        forget_timer(db, conversation_id, name)
    return accept(db, [prepare(arrival) for arrival in arrivals], owner)


def forget_timer(db: Tables, conversation_id: ConversationId, name: str) -> None:
    """The timer fired or was cancelled."""
    db.timers.pop((conversation_id, name), None)


def replay(db: Tables, bot_id: BotId, seq: Seq, now_ms: int, boot: str) -> Accepted:
    """A copy of a dead event goes to the end of its conversation's queue."""
    row = db.events.get(seq)
    if row is None or row.bot_id != bot_id or row.state != "dead":
        raise NoDeadLetter(seq=seq)
    place = db.places[row.conversation_id]
    arrival = Arrival(
        bot_id=bot_id, channel_id=row.channel_id, conversation_id=row.conversation_id, thread=place.thread,
        sender=row.sender, external_id=f"replay:{seq}", event=row.event, lane=row.lane, received_ms=now_ms,
        provider_ms=row.provider_ms,
    )  # fmt: skip
    row.state = "replayed"
    return accept(db, [prepare(arrival)], boot, shown=False)[0]
