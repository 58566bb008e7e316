"""The stages of turns: their wraps in order, a trial of another order, and changes of it."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gutenbot.app import pipeline
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, by, needs
from gutenbot.kernel.ids import BotId
from gutenbot.kernel.pipeline import Choice
from gutenbot.turns.dry import Compared, Tried
from gutenbot.turns.errors import UnknownBot
from gutenbot.turns.stages import STAGES, Stage

router = APIRouter(tags=["pipeline"])


class PipelineWrap(BaseModel):
    """Code around a stage."""

    name: str
    module: str
    about: str
    enabled: bool
    runs: int
    """How often it ran, on all workers of this server since they started."""
    average_ms: float | None
    """Of its own, without what it wraps; null before it first ran."""
    errors: int
    earlier: list[str]
    """Wraps that must come before it."""
    later: list[str]
    """Wraps that must come after it."""


class PipelineStage(BaseModel):
    """One place in a turn, with what is around it: outermost first."""

    name: Stage
    locked: str
    """Why the order cannot be changed here; empty when it can."""
    wraps: list[PipelineWrap]


class PipelineOut(BaseModel):
    """All stages in the order in which a turn goes through them."""

    version: int
    stages: list[PipelineStage]


class Place(BaseModel):
    """A wrap in the wanted order."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    enabled: bool = True


Wanted = dict[Stage, Annotated[list[Place], Field(max_length=200)]]


class OrderIn(BaseModel):
    """Another order; stages that are not named stay as they are."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=0, le=2**53, description="Of the order that was changed.")
    stages: Wanted


class TrialIn(BaseModel):
    """The order to try."""

    model_config = ConfigDict(extra="forbid")

    stages: Wanted
    bot: str | None = Field(None, max_length=100, description="Only messages to this bot; all when it is left out.")


class PipelineTried(BaseModel):
    """What one order makes of a message."""

    outcome: str
    handled_by: str
    intent: str
    said: list[str]
    dropped_by: str
    error: str
    ms: float


class PipelineDifference(BaseModel):
    """A message that another order would handle otherwise."""

    bot: str
    conversation: str
    seq: int
    text: str
    present: PipelineTried
    chosen: PipelineTried


class PipelineTrial(BaseModel):
    """What would differ."""

    messages: int
    """How many were tried."""
    differences: list[PipelineDifference]
    present_ms: float
    """All messages together, in the order that counts now."""
    chosen_ms: float


@router.get("/pipeline")
async def show(app: App, actor: Annotated[Actor, needs("pipeline:read")]) -> PipelineOut:
    """Every stage with its wraps in running order, how they fare, and where each may stand."""
    return _out(app)


@router.put("/pipeline")
async def change(body: OrderIn, app: App, desk: Desk, actor: Annotated[Actor, needs("pipeline:write")]) -> PipelineOut:
    """Another order, and which wraps run. It counts from the next turn on, on all workers within two seconds."""
    await pipeline.change(app, desk, by(actor), _choices(body.stages), body.version)
    return _out(app)


@router.post("/pipeline/dry-run")
async def dry_run(body: TrialIn, app: App, actor: Annotated[Actor, needs("pipeline:write")]) -> PipelineTrial:
    """The last 50 messages in the present order and in another one: nothing is kept or sent. Needs `conversations:read` too."""
    actor.need("conversations:read")
    if body.bot is not None and body.bot not in app.bots:
        raise UnknownBot(bot=body.bot[:100], known=", ".join(app.bots) or "none")
    if body.bot is not None:
        actor.need("conversations:read", bot=body.bot)
    bots = [bot for bot in ([BotId(body.bot)] if body.bot else app.bots) if actor.may("conversations:read", bot=bot)]
    found = await pipeline.dry_run(app, _choices(body.stages), bots)
    return PipelineTrial(
        messages=len(found),
        differences=[_difference(one) for one in found if not one.present.like(one.chosen)],
        present_ms=round(sum(one.present.took_ms for one in found), 2),
        chosen_ms=round(sum(one.chosen.took_ms for one in found), 2),
    )


def _choices(wanted: Wanted) -> pipeline.Wanted:
    return {stage: [Choice(place.name, place.enabled) for place in places] for stage, places in wanted.items()}


def _out(app: Any) -> PipelineOut:
    found = pipeline.shown(app)
    return PipelineOut(version=app.order.version, stages=[_stage(app, stage, found[stage]) for stage in STAGES])


def _stage(app: Any, stage: Stage, placed: list[pipeline.Placed]) -> PipelineStage:
    locked = str(pipeline.OrderFixed(stage=stage)) if stage in app.order.fixed else ""
    return PipelineStage(name=stage, locked=locked, wraps=[_wrap(one) for one in placed])


def _wrap(one: pipeline.Placed) -> PipelineWrap:
    return PipelineWrap(
        name=one.wrap.name, module=one.wrap.module, about=one.about, enabled=one.enabled, runs=one.fared.runs,
        average_ms=one.fared.average_ms, errors=one.fared.errors, earlier=list(one.earlier), later=list(one.later),
    )  # fmt: skip


def _difference(one: Compared) -> PipelineDifference:
    claim = one.claim
    return PipelineDifference(
        bot=claim.bot_id, conversation=claim.conversation_id, seq=claim.seq, text=claim.event.text[:500],
        present=_tried(one.present), chosen=_tried(one.chosen),
    )  # fmt: skip


def _tried(one: Tried) -> PipelineTried:
    return PipelineTried(
        outcome=one.outcome, handled_by=one.handled_by, intent=one.intent, said=[text[:1000] for text in one.said],
        dropped_by=one.dropped_by, error=one.error, ms=one.took_ms,
    )  # fmt: skip
