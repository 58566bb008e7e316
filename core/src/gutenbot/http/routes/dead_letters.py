"""Events that could not be handled: seen, run again once the cause is mended (POI-04), or put aside."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gutenbot.accounts import audit as log
from gutenbot.accounts.lines import Line
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, KnownBot, audit, by, needs
from gutenbot.http.routes.jobs import JobOut
from gutenbot.http.routes.models import DeadLetterOut, Limit, Number, Page, Position, next_cursor
from gutenbot.kernel.clock import to_ms
from gutenbot.storage import failed
from gutenbot.storage.failed import Wanted
from gutenbot.storage.rows import Seq

router = APIRouter(tags=["dead letters"])
AT_ONCE = 500
_PLACE = "core.dead-letters"
Numbers = Annotated[list[Annotated[int, Field(ge=1, le=2**62)]], Field(min_length=1, max_length=AT_ONCE)]
Reader = Annotated[Actor, needs("dead-letters:read")]
Discarder = Annotated[Actor, needs("dead-letters:discard")]
Replayer = Annotated[Actor, needs("dead-letters:replay")]


class Replayed(BaseModel):
    """The event that was put back in the queue."""

    conversation: str
    seq: int


class Chosen(BaseModel):
    """Some of them, by their numbers."""

    model_config = ConfigDict(extra="forbid")

    seqs: Numbers


class Which(BaseModel):
    """Those with these numbers; else all that fit, as they are now."""

    model_config = ConfigDict(extra="forbid")

    seqs: Numbers | None = None
    q: Annotated[str, Field(max_length=200)] = ""
    channel: Annotated[str, Field(max_length=100)] = ""


class Moved(BaseModel):
    """The events with which it was done; others had been run again or put aside before."""

    seqs: list[int]


def _wanted(
    q: Annotated[str, Query(max_length=200, description="Words in the error or in the event.")] = "",
    channel: Annotated[str, Query(max_length=100)] = "",
) -> Wanted:
    return Wanted(q, channel)


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get("/bots/{bot}/dead-letters")
async def list_dead_letters(
    bot: KnownBot, app: App, actor: Reader, wanted: Filter, limit: Limit = 50, after: Position = 0
) -> Page[DeadLetterOut]:
    """Oldest first."""
    rows = await app.storage.read(partial(failed.page, bot_id=bot, wanted=wanted, limit=limit, after=after))
    cursor = str(rows[-1].seq) if rows else ""
    return Page(items=[DeadLetterOut.of(row) for row in rows], next=next_cursor(rows, limit, cursor))


@router.get("/bots/{bot}/dead-letters/count")
async def count(bot: KnownBot, app: App, actor: Reader, wanted: Filter) -> Number:
    """How many fit."""
    found, _ = await app.storage.read(partial(failed.number, bot_id=bot, wanted=wanted))
    return Number(count=found)


@router.post("/bots/{bot}/dead-letters/{seq}/replay", status_code=202)
async def replay(
    bot: KnownBot, seq: Annotated[int, Path(ge=1, le=2**62)], app: App, desk: Desk, actor: Replayer
) -> Replayed:
    """Puts it back at the end of its conversation's queue, once."""
    accepted = await app.storage.replay(bot, Seq(seq), to_ms(app.clock.now()))
    app.turns.take(accepted)
    what = f"ran an event of {bot} again that could not be handled"
    await audit(desk, actor, "dead-letter.replayed", what, noun="dead-letter", noun_id=str(seq))
    return Replayed(conversation=accepted.conversation_id, seq=accepted.seq)


@router.post("/bots/{bot}/dead-letters/replay", status_code=202)
async def replay_all(bot: KnownBot, app: App, desk: Desk, actor: Replayer, which: Which | None = None) -> JobOut:
    """Begins to put events of a bot that could not be handled back into their queues, each once: all of them by default."""
    title = f"Failed events of {bot}, once more"
    return await _job(app, desk, actor, bot, which or Which(), "replayed", "dead-letters-replay", title, "run {} again")


@router.post("/bots/{bot}/dead-letters/discard-all", status_code=202)
async def discard_all(bot: KnownBot, app: App, desk: Desk, actor: Discarder, which: Which | None = None) -> JobOut:
    """Begins to put events of a bot that could not be handled aside: all of them by default."""
    title = f"Failed events of {bot}, put aside"
    return await _job(
        app, desk, actor, bot, which or Which(), "discarded", "dead-letters-discard", title, "put {} aside"
    )


@router.post("/bots/{bot}/dead-letters/discard")
async def discard(bot: KnownBot, body: Chosen, app: App, desk: Desk, actor: Discarder) -> Moved:
    """Puts some aside: they are not run again and not counted any more. `restore` brings them back."""
    seqs = await app.storage.write(partial(failed.put_aside, bot_id=bot, seqs=body.seqs), place=_PLACE)
    what = f"put {len(seqs)} events of {bot} aside that could not be handled"
    await audit(desk, actor, "dead-letters.discarded", what, noun="bot", noun_id=bot, seqs=seqs)
    return Moved(seqs=list(seqs))


@router.post("/bots/{bot}/dead-letters/restore")
async def restore(bot: KnownBot, body: Chosen, app: App, desk: Desk, actor: Discarder) -> Moved:
    """Brings some back that were put aside, as long as they are kept."""
    seqs = await app.storage.write(partial(failed.bring_back, bot_id=bot, seqs=body.seqs), place=_PLACE)
    what = f"brought {len(seqs)} events of {bot} back that were put aside"
    await audit(desk, actor, "dead-letters.restored", what, noun="bot", noun_id=bot, seqs=seqs)
    return Moved(seqs=list(seqs))


async def _job(
    app: Any, desk: Any, actor: Actor, bot: str, which: Which, past: str, kind: str, title: str, words: str
) -> JobOut:
    wanted = Wanted(which.q, which.channel)
    params: dict[str, Any] = {"bot": bot, "q": which.q, "channel": which.channel}
    if which.seqs is None:
        total, params["until"] = await app.storage.read(partial(failed.number, bot_id=bot, wanted=wanted))
    else:
        params["seqs"] = sorted(set(which.seqs))
        total = len(params["seqs"])
    filters: Mapping[str, str] = {name: value for name, value in (("q", which.q), ("channel", which.channel)) if value}
    line = Line(verb=f"dead-letters.{past}", object="bot", object_id=bot, after=dict(filters) or None,
                what=f"began to {words.format(f'{total} events of {bot}')} that could not be handled")  # fmt: skip
    told = await app.jobs.start(
        kind, title=title, by=by(actor), total=total, bot_id=bot, params=params,
        with_it=lambda db, _: log.append(db, by(actor), line, desk.now_ms()),
    )  # fmt: skip
    return JobOut.of(told)
