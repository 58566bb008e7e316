"""What the turn loop tells meters and traces: one method for each moment that is worth a number.

Labels are names that the server's own code and settings give (bots, channels, outcomes): nothing that a stranger sends
becomes one, so that memory is bounded (INP-14).
"""

from collections.abc import Callable, Sequence

from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.meters import Meters
from gutenbot.storage.errors import StorageFull, StorageReadOnly
from gutenbot.storage.rows import Accepted, Arrival, OutgoingRow, TurnCommit
from gutenbot.turns.errors import Overloaded
from gutenbot.turns.tracing import NO_TRACING, Tracing
from gutenbot.turns.turn import Turn

FAILING = 5
"""So many sends of a channel in a row that came to nothing make it a failing one."""
_WAITS_S = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 900.0)


class Measures:
    """The meters of turns, sends and what comes before them, and the traces of the same."""

    def __init__(self, meters: Meters | None = None, tracing: Tracing = NO_TRACING) -> None:
        self.meters = meters or Meters()
        self.tracing = tracing
        self.failing: dict[str, tuple[int, str]] = {}
        """Channel → sends in a row that came to nothing, and why the last one did."""
        self.heard = 0
        """Hints of other processes."""
        counter, histogram = self.meters.counter, self.meters.histogram
        where = ("bot", "channel")
        self._accepted = counter("gutenbot_events_accepted_total", "Events that were kept.", (*where, "lane"))
        self._duplicates = counter(
            "gutenbot_events_duplicate_total", "Events that came again and were kept once.", ("channel",)
        )
        self._refused = counter(
            "gutenbot_events_refused_total", "Events that were refused with 503, by why.", ("reason",)
        )
        self._accept = histogram("gutenbot_accept_seconds", "From an event to its place on the disk.")
        self._wait = histogram(
            "gutenbot_turn_wait_seconds", "From an event to the begin of its turn.", ("lane",), bounds=_WAITS_S
        )
        self._turns = counter("gutenbot_turns_total", "Turns that were committed, by outcome.", (*where, "outcome"))
        self._turn = histogram("gutenbot_turn_seconds", "Turns, from their begin to their commit.", ("bot",))
        self._stage = histogram("gutenbot_stage_seconds", "Stages of turns.", ("stage",))
        self._wrap = histogram("gutenbot_wrap_seconds", "Wraps of stages, without what they wrap.", ("stage", "wrap"))
        self.on_wrap: Callable[[str, str, bool], None] | None = None
        """Is told of every wrap that has run: its stage, its name, whether it failed."""
        self._wrap_failed = counter("gutenbot_wrap_errors_total", "Errors of wraps of stages.", ("stage", "wrap"))
        self._step = histogram("gutenbot_step_seconds", "Steps: outside work of bots, with its retries.", ("outcome",))
        self._commit = histogram("gutenbot_commit_seconds", "Commits of turns, until they are on the disk.")
        self._crossed = counter(
            "gutenbot_turns_dropped_total",
            "Turns that changed nothing since another owner exists, by why.",
            ("reason",),
        )
        self._said = counter("gutenbot_messages_total", "Messages that turns made.", where)
        self._sends = counter("gutenbot_sends_total", "Tries to send, by what became of them.", ("channel", "outcome"))
        self._send = histogram("gutenbot_send_seconds", "Tries to send.", ("channel",))
        self._given_up = counter(
            "gutenbot_sends_given_up_total", "Messages that were not sent, or perhaps not.", ("channel", "state")
        )
        self._hints = counter("gutenbot_hints_heard_total", "Hints of other processes that came.")

    # In -------------------------------------------------------------------------------------------------------------

    def accepted(self, arrivals: Sequence[Arrival], kept: Sequence[Accepted], took_s: float) -> None:
        """Events are on disk. Called on the event loop of whoever took them in."""
        self._accept.observe(took_s)
        for arrival, one in zip(arrivals, kept, strict=True):
            if one.duplicate:
                self._duplicates.add(arrival.channel_id)
            else:
                self._accepted.add(arrival.bot_id, arrival.channel_id, arrival.lane)
                if self.tracing.on:
                    self.tracing.accepted(arrival, one, took_s)

    def refused(self, count: int, error: Temporary) -> None:
        """Events were not kept: whoever sent them is to try again."""
        self._refused.add(_why(error), by=count)

    def fired(self, kept: Sequence[Accepted]) -> None:
        """Timers came due and became events."""
        for one in kept:
            claim = one.claim
            bot, channel = (claim.bot_id, claim.channel_id) if claim is not None else ("", "")
            self._accepted.add(bot, channel, "timer")
            if self.tracing.on:
                self.tracing.fired(one)

    def hints(self, count: int) -> None:
        """Other processes told something."""
        self.heard += count
        self._hints.add(by=count)

    # Turns ----------------------------------------------------------------------------------------------------------

    def committed(self, turn: Turn | None, commit: TurnCommit, took_s: float, commit_s: float) -> None:
        """A turn was committed; `turn` is None for one that failed or was given up."""
        claim = commit.claim
        bot = claim.bot_id
        self._turns.add(bot, claim.channel_id, commit.outcome)
        self._turn.observe(took_s, bot)
        self._commit.observe(commit_s)
        if claim.attempts == 1:
            self._wait.observe(max(0, commit.now_ms - claim.received_ms) / 1000, claim.lane)
        if turn is not None:
            for stage, spent_us in turn.trace.stages_us.items():
                self._stage.observe(spent_us / 1e6, stage)
            for _, _, spent_s, failed in turn.trace.steps:
                self._step.observe(spent_s, "failed" if failed else "done")
        if commit.messages:
            self._said.add(bot, claim.channel_id, by=len(commit.messages))
        if self.tracing.on:
            self.tracing.committed(turn, commit, commit_s)

    def wrapped(self, stage: str, name: str, spent_s: float, *, failed: bool) -> None:
        """A wrap has run; `spent_s` is its own part."""
        self._wrap.observe(spent_s, stage, name)
        if failed:
            self._wrap_failed.add(stage, name)
        if self.on_wrap is not None:
            self.on_wrap(stage, name, failed)

    def dropped(self, reason: str) -> None:
        """A turn changed nothing, for another owner exists: its lease was `lost`, or it was `stale`."""
        self._crossed.add(reason)

    # Out ------------------------------------------------------------------------------------------------------------

    def sent(self, row: OutgoingRow, outcome: str, took_s: float, error: str = "") -> None:
        """A try to send came to this."""
        channel = row.channel_id
        self._sends.add(channel, outcome)
        self._send.observe(took_s, channel)
        if outcome in ("retry", "unknown"):
            self.failing[channel] = (self.failing.get(channel, (0, ""))[0] + 1, error)
        elif self.failing:
            self.failing.pop(channel, None)
        if self.tracing.on:
            self.tracing.sent(row, outcome, took_s, error)

    def given_up(self, row: OutgoingRow, state: str) -> None:
        """A message is not tried again: it `failed`, or its outcome stays `unknown`."""
        self._given_up.add(row.channel_id, state)


def _why(error: Temporary) -> str:
    if isinstance(error, Overloaded):
        return "backlog"
    return "disk" if isinstance(error, StorageFull | StorageReadOnly) else "database"
