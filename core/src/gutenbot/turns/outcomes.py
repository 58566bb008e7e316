"""What becomes of an event: its turn is run and committed, or it is tried again later, or it is a dead letter."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from gutenbot.kernel.clock import Clock
from gutenbot.kernel.errors import AuthorMistake, Temporary
from gutenbot.kernel.ids import BotId
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.signals import Signals
from gutenbot.storage.errors import CorruptState, LeaseLost, StateTooLarge, StorageAway
from gutenbot.storage.port import Turns
from gutenbot.storage.rows import Claim, Committed, TurnCommit
from gutenbot.turns.attempt import Attempt, crashed_too_often
from gutenbot.turns.bots import BotRuntime
from gutenbot.turns.channel import Channel
from gutenbot.turns.limit import within
from gutenbot.turns.measures import Measures
from gutenbot.turns.signals import TurnFailed
from gutenbot.turns.turn import Turn

log = get_logger("turns")

_SAME_STACK_S = 10.0
_PRINTED = 1000


class Outcomes:
    """Runs attempts and commits what came of them."""

    def __init__(
        self,
        storage: Turns,
        clock: Clock,
        attempt: Attempt,
        bots: Mapping[BotId, BotRuntime],
        channels: Mapping[str, Channel],
        signals: Signals,
        measures: Measures,
        answered: Callable[[TurnCommit, Committed], None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._attempt = attempt
        self._bots = bots
        self._channels = channels
        self._signals = signals
        self._measures = measures
        self._answered = answered
        self._printed: dict[tuple[object, ...], float] = {}
        """Where failures came from → the moment from which on their stack is printed again."""
        self.stopping = False
        """A commit waits for the database no more."""
        self.last_error: BaseException | None = None
        """The latest error of a bot's code (tests raise it)."""

    async def run(
        self, claim: Claim, more: list[Claim], bot: BotRuntime, channel: Channel, typing: object
    ) -> tuple[Turn | None, TurnCommit]:
        """What to commit; a turn that fails, hangs or once crashed the process gives a retry or a dead letter."""
        if crashed_too_often(claim):
            reason = f"the process ended {claim.attempts - claim.failures - 1} times while it handled this event"
            return None, await self._attempt.give_up(claim, more, bot, channel, reason)
        try:
            attempt = self._attempt.run(claim, more, bot, channel, typing)
            commit, turn = await within(bot.turn_limit.total_seconds(), attempt)
            self.last_error = turn.error or self.last_error
            return turn, commit
        except (LeaseLost, StorageAway):
            raise  # no fault of the bot's: it is not counted, and nobody is told
        except CorruptState as error:
            log.error("conversation.corrupt", conversation=claim.conversation_id, error=str(error))
            raise
        except Exception as error:
            self.last_error = error
            self._log_failure(claim, error)
            await self._signals.send(
                TurnFailed(claim.bot_id, claim.conversation_id, claim.seq, claim.failures + 1, error)
            )
            return None, await self._attempt.failed(claim, more, bot, channel, error)

    async def commit(
        self, turn: Turn | None, commit: TurnCommit, started: float
    ) -> tuple[Turn | None, TurnCommit, Committed]:
        """Commits; while the disk is full or the database away, waits and tries again (the work is done, it must not be lost).

        A turn whose state is too large is given up: what was committed then is told, without the turn. `started` is the
        monotonic moment of the turn's begin.
        """
        delay = 0.2
        asked = self._clock.monotonic()
        while True:
            try:
                committed = await self._storage.commit(commit, partial(self._on_disk, commit))
            except LeaseLost:
                raise
            except StateTooLarge as error:
                turn, commit = None, await self._too_large(commit, error)
            except Temporary as error:
                if self.stopping:
                    raise
                log.error("turn.commit_waits", error=str(error), seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
            else:
                if committed.applied:
                    now = self._clock.monotonic()
                    self._measures.committed(turn, commit, now - started, now - asked)
                return turn, commit, committed

    def _on_disk(self, commit: TurnCommit, done: Committed) -> None:
        """Whoever waits for the answer is told before anything else is done; called on a thread of the storage's."""
        if done.applied:
            self._answered(commit, done)

    async def _too_large(self, commit: TurnCommit, error: StateTooLarge) -> TurnCommit:
        claim = commit.claim
        self.last_error = error
        self._log_failure(claim, error)
        bot, channel = self._bots[claim.bot_id], self._channels[claim.channel_id]
        return await self._attempt.give_up(claim, [], bot, channel, f"StateTooLarge: {error}")

    def _log_failure(self, claim: Claim, error: Exception) -> None:
        wanted = not isinstance(error, AuthorMistake) and self._is_news(claim.bot_id, error)
        log.error(
            "turn.failed", conversation=claim.conversation_id, seq=claim.seq, attempt=claim.attempts,
            error=f"{type(error).__name__}: {error}", exc_info=error if wanted else None,
        )  # fmt: skip

    def _is_news(self, bot_id: BotId, error: Exception) -> bool:
        """Whether its stack is worth printing: the same one is printed once in a while, since a flood of failures must not
        take the time of those that go well (POI-05)."""
        stack = error.__traceback__
        while stack is not None and stack.tb_next is not None:
            stack = stack.tb_next
        place = (bot_id, type(error), stack and (stack.tb_frame.f_code.co_filename, stack.tb_lineno))
        now = self._clock.monotonic()
        if now < self._printed.get(place, 0.0):
            return False
        if len(self._printed) > _PRINTED:
            self._printed.clear()
        self._printed[place] = now + _SAME_STACK_S
        return True
