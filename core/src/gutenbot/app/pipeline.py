"""The stages as people see them: every wrap with what it does, how it fares and where it may stand; and changes of the order."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gutenbot.accounts.lines import Line, Who
from gutenbot.app.order import KEY, SCOPE, TOPIC, kept_form
from gutenbot.kernel.errors import UserMistake
from gutenbot.kernel.ids import BotId
from gutenbot.kernel.meters import Meters
from gutenbot.kernel.pipeline import Choice, Wrap, everything, neighbours
from gutenbot.kernel.readings import read
from gutenbot.turns.dry import Compared, DryRun
from gutenbot.turns.measures import Measures
from gutenbot.turns.stages import STAGES, Stage
from gutenbot.turns.turn import Turn

if TYPE_CHECKING:
    from gutenbot.accounts.desk import Desk
    from gutenbot.app.app import App

MESSAGES = 50
"""So many of the latest messages a dry run takes."""


class OrderFixed(UserMistake):
    """The order of {stage} is fixed in the code that starts this server; it cannot be changed here."""

    code = "pipeline.fixed"


@dataclass(frozen=True, slots=True)
class Fared:
    """How a wrap fared, over all workers of this server since they started."""

    runs: int = 0
    average_ms: float | None = None
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A wrap in its place."""

    wrap: Wrap[Turn]
    enabled: bool
    about: str
    fared: Fared
    earlier: Sequence[str]
    """Names that must come before it, in running order."""
    later: Sequence[str]


Wanted = Mapping[Stage, Sequence[Choice]]


def shown(app: "App") -> dict[Stage, list[Placed]]:
    """All wraps by stage, in running order, those that are switched off in their places too."""
    fared = _fared(app.meters)
    return {stage: _placed(app, stage, fared) for stage in STAGES}


def _placed(app: "App", stage: Stage, fared: Mapping[tuple[str, str], Fared]) -> list[Placed]:
    listed = everything(stage, app.wraps[stage], app.order.of(stage))
    limits = neighbours(wrap for wrap, _ in listed)
    names = [wrap.name for wrap, _ in listed]
    return [
        Placed(
            wrap, enabled, about(wrap), fared.get((stage, wrap.name), Fared()),
            [name for name in names if name in limits[wrap.name][0]],
            [name for name in names if name in limits[wrap.name][1]],
        )
        for wrap, enabled in listed
    ]  # fmt: skip


def about(wrap: Wrap[Turn]) -> str:
    """The first line of the docstring of a wrap's function."""
    text = inspect.getdoc(wrap.function) or ""
    return text.splitlines()[0].strip()[:300] if text else ""


def _fared(meters: Meters) -> dict[tuple[str, str], Fared]:
    seconds: dict[tuple[str, ...], list[float]] = {}
    errors: dict[tuple[str, ...], list[float]] = {}
    for reading in read(meters.slices, lambda _: True):
        if reading.meter.name == "gutenbot_wrap_seconds":
            seconds = reading.series
        elif reading.meter.name == "gutenbot_wrap_errors_total":
            errors = reading.series
    found: dict[tuple[str, str], Fared] = {}
    for labels, cells in seconds.items():
        runs = round(sum(cells[:-1]))
        failed = round(errors.get(labels, [0.0])[0])
        found[labels[0], labels[1]] = Fared(runs, round(cells[-1] / runs * 1000, 4) if runs else None, failed)
    return found


async def change(app: "App", desk: "Desk", who: Who, wanted: Wanted, version: int) -> None:
    """Keeps another order, with its line in the audit log; it counts here at once, elsewhere within two seconds.

    Raises `WrongOrder`, `UnknownWrap`, `OrderFixed`, and `ChangedMeanwhile` when somebody else was faster.
    """
    from gutenbot.storage.versioned import look, swap

    _refuse_fixed(app, wanted)
    app.order.check(wanted)
    await app.order.load()
    value = kept_form(app.order.merged(wanted))

    def work(db: Any) -> tuple[int, Line]:
        _, before = look(db, SCOPE, KEY)
        fresh = swap(db, SCOPE, KEY, value, expected=version, what="The order")
        line = Line(
            verb="pipeline.changed", object="pipeline", what="changed the order of wraps",
            before=_in_words(before or {}), after=_in_words(value),
        )  # fmt: skip
        return fresh, line

    fresh = await desk.change(who, work)
    app.order.take(fresh, value)
    app.storage.hint(TOPIC)


def _refuse_fixed(app: "App", wanted: Wanted) -> None:
    for stage in wanted:
        if stage in app.order.fixed:
            raise OrderFixed(stage=stage)


def _in_words(value: Mapping[str, Any]) -> dict[str, Any]:
    """Stage → names in order; those that are off in brackets."""
    return {
        stage: [one["name"] if one["enabled"] else f"({one['name']})" for one in choices]
        for stage, choices in value.items()
    }


async def dry_run(app: "App", wanted: Wanted, bots: Sequence[BotId]) -> list[Compared]:
    """The latest messages in the order that counts now and in the wanted one. Raises `WrongOrder`, `UnknownWrap`."""
    from gutenbot.storage.history import recent_messages

    _refuse_fixed(app, wanted)
    app.order.check(wanted)
    claims = await app.storage.read(lambda db: recent_messages(db, bots, MESSAGES))
    unmeasured = Measures(Meters())
    present: dict[Stage, Sequence[Choice]] = {stage: app.order.of(stage) for stage in STAGES}
    trial = DryRun(app.storage, app.clock, app.runtimes, app.turns.channels)
    stages = app.stages_of(present, unmeasured), app.stages_of({**present, **wanted}, unmeasured)
    return await app.on_turns(lambda: trial.compare(claims, *stages))
