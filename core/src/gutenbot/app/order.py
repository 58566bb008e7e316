"""The order of wraps that operators chose: kept in the database, followed by every worker within two seconds."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gutenbot.kernel.errors import Temporary
from gutenbot.kernel.log import get_logger
from gutenbot.kernel.pipeline import Choice, check_order
from gutenbot.turns.stages import STAGES, Stage

if TYPE_CHECKING:
    from gutenbot.app.app import App

log = get_logger("pipeline")

SCOPE, KEY = "gutenbot.pipeline", "order"
TOPIC = "pipeline"
"""Hint: another worker changed the order."""
LOOK_S = 1.0
Chosen = dict[Stage, tuple[Choice, ...]]


class Order:
    """What was chosen. Stages that whoever made the app has ordered (`fixed`) keep that order."""

    def __init__(self, app: "App", fixed: Mapping[Stage, Sequence[Choice]]) -> None:
        self._app = app
        self.fixed: Chosen = {stage: tuple(choices) for stage, choices in fixed.items()}
        self.chosen: Chosen = {}
        self.version = 0
        """Of what is in the database."""
        self._task: asyncio.Task[None] | None = None

    def of(self, stage: Stage) -> Sequence[Choice]:
        """What counts for a stage."""
        return self.fixed.get(stage) or self.chosen.get(stage, ())

    def check(self, wanted: Mapping[Stage, Sequence[Choice]]) -> None:
        """Raises `WrongOrder` and `UnknownWrap`."""
        for stage, choices in wanted.items():
            check_order(stage, self._app.wraps[stage], choices)

    def merged(self, wanted: Mapping[Stage, Sequence[Choice]]) -> Chosen:
        """What is kept when this is wanted: wraps that are away for now (their module is off) keep their places."""
        return {stage: _merged(self.chosen.get(stage, ()), wanted.get(stage)) for stage in STAGES}

    def take(self, version: int, value: Any) -> None:
        """Follows what is in the database. Called on any thread; counts from the next turn on."""
        self.version = version
        self.chosen = read_chosen(value)
        self._app.follow_order()

    # Over all workers -----------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Reads what was chosen, if it is news."""
        kept = await self._app.storage.kv_get(SCOPE, KEY)
        version = int(kept["version"]) if kept else 0
        if version != self.version:
            self.take(version, kept["value"] if kept else {})
            log.info("pipeline.changed", version=version)

    def start(self) -> None:
        """Looks after it from now on, where other workers may change it."""
        if self._app.storage.shared:
            self._task = asyncio.create_task(self._watch(), name="pipeline order")

    async def stop(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _watch(self) -> None:
        ears, clock = self._app.storage.wakeups(), self._app.clock
        looked = clock.monotonic()
        try:
            while True:
                topics = await ears.wait()
                if TOPIC not in topics and clock.monotonic() - looked < LOOK_S:
                    continue
                looked = clock.monotonic()
                try:
                    await self.load()
                except Temporary as error:
                    log.warning("pipeline.waits", error=str(error))
        finally:
            ears.close()


def read_chosen(value: Any) -> Chosen:
    """From what is kept."""
    found = value if isinstance(value, dict) else {}
    return {
        stage: tuple(Choice(one["name"], bool(one["enabled"])) for one in found[stage])
        for stage in STAGES
        if found.get(stage)
    }


def kept_form(chosen: Mapping[Stage, Sequence[Choice]]) -> dict[str, Any]:
    """As it is kept, and as the API tells it."""
    return {
        stage: [{"name": choice.name, "enabled": choice.enabled} for choice in choices]
        for stage, choices in chosen.items()
        if choices
    }


def _merged(before: Sequence[Choice], wanted: Sequence[Choice] | None) -> tuple[Choice, ...]:
    if wanted is None:
        return tuple(before)
    named = {choice.name for choice in wanted}
    result = list(wanted)
    for place, choice in enumerate(before):
        if choice.name not in named:
            previous = [one.name for one in before[:place]]
            at = max((index + 1 for index, one in enumerate(result) if one.name in previous), default=0)
            result.insert(at, choice)
    return tuple(result)
