"""Wraps with a watch on them: how long each took by itself, whether it failed, and whether it called on."""

from collections.abc import Callable, Sequence

from gutenbot.kernel.pipeline import Next, Wrap, WrapFunction
from gutenbot.turns.measures import Measures
from gutenbot.turns.turn import Turn


def watched(
    stage: str, wraps: Sequence[Wrap[Turn]], measures: Measures, clock: Callable[[], float]
) -> list[Wrap[Turn]]:
    """The same wraps; what they do is measured and noted in the turn's record."""
    return [
        Wrap(
            wrap.name, _watched(stage, wrap, measures, clock), wrap.module, wrap.before, wrap.after, wrap.enabled
        )
        for wrap in wraps
    ]  # fmt: skip


def _watched(stage: str, wrap: Wrap[Turn], measures: Measures, clock: Callable[[], float]) -> WrapFunction[Turn]:
    name, function = wrap.name, wrap.function

    async def run(turn: Turn, call_next: Next) -> None:
        inside = 0.0
        calls = 0
        passed: list[BaseException] = []

        async def following() -> None:
            nonlocal inside, calls
            calls += 1
            began = clock()
            try:
                await call_next()
            except BaseException as error:
                passed.append(error)
                raise
            finally:
                inside += clock() - began

        own = False
        noted = len(turn.trace.wraps)
        turn.trace.wraps.append((stage, name, 0, True))
        started = clock()
        try:
            await function(turn, following)
        except Exception as error:
            own = not any(error is one for one in passed)
            raise
        finally:
            spent = clock() - started - inside
            turn.trace.wraps[noted] = (stage, name, round(spent * 1e6), calls > 0)
            measures.wrapped(stage, name, spent, failed=own)

    return run
