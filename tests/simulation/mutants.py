"""Ways to break the product or the model on purpose. A simulation that finds none of them proves nothing."""

import contextlib
from collections.abc import Callable, Generator
from typing import Any
from unittest.mock import patch

from gutenbot.kernel.errors import Temporary
from gutenbot.storage.rows import Committed
from gutenbot.turns import attempt, sharing
from gutenbot.turns.deliver import Deliverer
from gutenbot.turns.recovery import Recovery
from tests.simulation.model import client, inbox, outbox, turns
from tests.simulation.model.storage import ModelStorage

Mutant = Callable[[], contextlib.AbstractContextManager[Any]]


def fence_ignored_at_commit() -> Any:
    """Whoever has run a turn commits it, also when another worker has taken the conversation over (CON-02)."""
    return patch.object(turns, "holds", lambda place, fence, boot: True)


def lease_not_checked_before_a_send() -> Any:
    """A worker that was frozen or cut off goes on to send (NET-04)."""
    return patch.object(ModelStorage, "lease_left_s", 1000.0)


def lease_of_the_claim_forgotten() -> Any:
    """A lease that was taken anew counts for what was claimed before."""
    real = Deliverer._send
    return patch.object(Deliverer, "_send", lambda self, row, ours_until: real(self, row, float("inf")))


def claim_handed_twice() -> Any:
    """A worker takes over what a live one holds (TIM-05)."""
    return patch.object(inbox, "is_free", lambda db, place, boot: bool(place.open) and place.owner != boot)


def timer_stays_when_it_fires() -> Any:
    """The timer's event is kept and the timer goes in no transaction."""
    real = inbox.fire_timers

    def fire(*given: Any) -> Any:
        with patch.object(inbox, "forget_timer", lambda *_: None):
            return real(*given)

    return patch.object(inbox, "fire_timers", fire)


def timer_goes_without_its_event() -> Any:
    """The timer is gone and its event is kept in no transaction."""

    def fire(db: Any, now_ms: int, limit: int, owner: str) -> Any:
        for (conversation_id, name), (due, _) in list(db.timers.items())[:limit]:
            if due <= now_ms:
                inbox.forget_timer(db, conversation_id, name)
        return []

    return patch.object(inbox, "fire_timers", fire)


def arrival_not_deduplicated() -> Any:
    """An event whose first answer was lost is kept again (CRA-03, DUP-02)."""
    return patch.object(inbox, "known", lambda db, item: None)


def doubts_forgotten() -> Any:
    """What a commit without an answer may have claimed is never given back."""

    async def renew(self: client.Client) -> None:
        self.doubts.clear()
        await real(self)

    real = client.Client.renew
    return patch.object(client.Client, "renew", renew)


def attempts_not_counted() -> Any:
    """An event that ends the process is tried for ever (POI-02)."""
    return patch.object(attempt, "MAX_CRASHES", 10**9)


def sends_out_of_order() -> Any:
    """A message that waits does not hold back the next one (ORD-05)."""
    real = outbox.claim_head

    def claim_head(db: Any, conversation_id: Any, *given: Any, **more: Any) -> Any:
        place = db.place(conversation_id)
        if place is not None and len(place.unsent) > 1 and place.unsent[0].tries:
            place.unsent.append(place.unsent.pop(0))
        return real(db, conversation_id, *given, **more)

    return patch.object(outbox, "claim_head", claim_head)


def lost_answer_taken_for_a_commit() -> Any:
    """A commit that got no answer is believed to have happened."""

    real = ModelStorage.commit

    async def commit(self: ModelStorage, turn: Any, then: Any = None) -> Committed:
        try:
            return await real(self, turn, then)
        except Temporary:
            return Committed(applied=True)

    return patch.object(ModelStorage, "commit", commit)


def cut_off_send_counted_as_sent() -> Any:
    """What a worker that died was sending is taken for sent (CRA-10)."""
    real = Deliverer._send

    async def send(self: Deliverer, row: Any, ours_until: float) -> None:
        if row.state == "unknown":
            await self.storage.finish_send(row, "sent", now_ms=0)
        else:
            await real(self, row, ours_until)

    return patch.object(Deliverer, "_send", send)


def state_written_before_the_commit() -> Any:
    """The state changes also when the turn is refused."""
    real = turns.commit

    def commit(db: Any, prepared: Any, boot: str, limit: int) -> Committed:
        place = db.place(prepared.turn.claim.conversation_id)
        if prepared.variables is not None:
            place.variables = prepared.variables
        return real(db, prepared, boot, limit)

    return patch.object(turns, "commit", commit)


def claimed_once_and_never_again() -> Any:
    """A conversation whose next claim the database refuses is left alone, although this worker holds it."""

    async def claim(self: Recovery, conversation_id: Any, *, due: bool = False) -> Any:
        with contextlib.suppress(Temporary):
            return await self._storage.claim(conversation_id, due=due)

    return patch.object(Recovery, "claim", claim)


def dead_workers_are_left_alone() -> Any:
    """Nobody looks for what a dead worker held."""

    async def claim(self: sharing.Sharing) -> None:
        return None

    return patch.object(sharing.Sharing, "claim", claim)


def waiting_for_the_database_is_suspicious() -> Any:
    """An attempt that came to nothing since the database was away counts as a crash."""

    async def uncount(self: Recovery, claim: Any) -> None:
        return None

    return patch.object(Recovery, "uncount", uncount)


@contextlib.contextmanager
def step_under_another_key() -> Generator[None]:
    """A step that is tried again uses another idempotency key (CRA-06)."""
    from gutenbot.turns import host

    real = host._called
    used: list[str] = []

    async def called(command: Any, unique: str) -> Any:
        used.append(unique)
        return await real(command, f"{unique}:{used.count(unique)}")

    with patch.object(host, "_called", called):
        yield


MUTANTS: dict[Mutant, int] = {
    fence_ignored_at_commit: 24,
    lease_not_checked_before_a_send: 2,
    lease_of_the_claim_forgotten: 342,
    claim_handed_twice: 1,
    timer_stays_when_it_fires: 1,
    timer_goes_without_its_event: 1,
    arrival_not_deduplicated: 1,
    doubts_forgotten: 3,
    attempts_not_counted: 18,
    sends_out_of_order: 1,
    lost_answer_taken_for_a_commit: 90,
    cut_off_send_counted_as_sent: 1,
    state_written_before_the_commit: 14,
    claimed_once_and_never_again: 501,
    dead_workers_are_left_alone: 1,
    waiting_for_the_database_is_suspicious: 10,
    step_under_another_key: 7,
}
"""How to break it, and the storm that found it last; when worlds have changed since, another one does."""
LIMIT = 1500
"""Within so many storms each must be found."""
