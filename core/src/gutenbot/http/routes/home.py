"""Everything that the first page shows, in one answer: what needs attention, health, who talks now, what comes, what changed."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gutenbot.accounts import audit, people
from gutenbot.accounts.audit import Wanted
from gutenbot.app import pipeline
from gutenbot.app.attention import last_backup
from gutenbot.app.breaker import WRAP
from gutenbot.app.health import State, worst
from gutenbot.editing import ahead
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, needs
from gutenbot.http.routes.audit import LineOut
from gutenbot.http.routes.audit import told as line_told
from gutenbot.jobs import rows as jobs
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.modules.load import CORE_VERSION
from gutenbot.storage import looks
from gutenbot.turns.stages import Stage

router = APIRouter(tags=["home"])
ACTIVE = timedelta(minutes=15)
RECENT = 8
_SHOWN = 6
_WEEK_MS = 7 * 86_400_000


class WrapAt(BaseModel):
    """A wrap in its place: what `PUT /modules/{module}/wraps/{stage}/{wrap}` takes."""

    module: str
    stage: Stage
    wrap: str


class AttentionOut(BaseModel):
    """One thing that somebody should look at. `people`: how many it concerns; the list is ordered by it. `wrap`: one that was
    switched off because it failed, and can be switched on again."""

    kind: Literal["dead-letters", "module", "part", "job", "wrap", "review"]
    name: str
    reason: str = ""
    count: int = 0
    people: int = 0
    link: str
    wrap: WrapAt | None = None


class PartOut(BaseModel):
    """A part of the server; the detail only for who may read metrics."""

    name: str
    status: State
    reason: str
    detail: str


class HealthOut(BaseModel):
    """How this worker is."""

    status: State
    components: list[PartOut]


class TalkOut(BaseModel):
    """A conversation in which something was said a moment ago."""

    id: str
    user: str
    title: str
    channel: str
    mode: str
    updated: datetime


class NowOut(BaseModel):
    """Of the last 15 minutes: how many conversations, how many of them wait for a person, and the latest ones."""

    conversations: int
    waiting: int
    events_per_minute: int
    items: list[TalkOut]


class ComingOut(BaseModel):
    """What will happen by itself."""

    kind: Literal["schedule", "publish", "expire"]
    name: str
    at: datetime
    zone: str


class StepOut(BaseModel):
    """A first step, found out and not ticked by hand."""

    id: Literal["hello", "second-factor", "invite", "backup"]
    done: bool


class HomeOut(BaseModel):
    """Parts that one's role may not see are null."""

    attention: list[AttentionOut]
    health: HealthOut
    now: NowOut | None
    coming: list[ComingOut]
    recent: list[LineOut] | None
    steps: list[StepOut]
    version: str


@router.get("/home")
async def home(
    app: App, desk: Desk, actor: Annotated[Actor, needs("bots:read")], bot: Annotated[str, Query(max_length=200)] = ""
) -> HomeOut:
    """`bot`: the one that is chosen; without it what belongs to a bot is left out."""
    known = bot if bot in app.bots and actor.may("bots:read", bot=bot) else ""
    found = await app.storage.read(partial(_look, app=app, actor=actor, bot=known))
    parts = [*app.health.components(), *await app.health.services()]
    trusted = actor.may("metrics:read")
    return HomeOut(
        attention=[*found["attention"], *_modules(app, actor), *_wraps(app, actor), *_parts(parts, actor)],
        health=HealthOut(status=worst(parts), components=[_part(one, trusted=trusted) for one in parts]),
        now=found["now"],
        coming=await _coming(app, known, found["plans"]) if known else [],
        recent=found["recent"],
        steps=await _steps(app, actor, found),
        version=CORE_VERSION,
    )


def _look(db: Any, *, app: Any, actor: Actor, bot: str) -> dict[str, Any]:
    """All that the database is asked, as of one moment."""
    now_ms = to_ms(app.clock.now())
    found: dict[str, Any] = {
        "attention": [],
        "now": None,
        "recent": None,
        "talked": False,
        "accounts": 0,
        "plans": [],
        "account": {},
    }
    if bot and actor.may("dead-letters:read", bot=bot):
        number, concerned = looks.dead_people(db, bot)
        if number:
            link = f"/bots/{bot}/failed-events"
            found["attention"] += [
                AttentionOut(kind="dead-letters", name=bot, count=number, people=concerned, link=link)
            ]
    for row in jobs.page(db, account=actor.account_id or actor.id, states=("failed",), limit=3):
        if row["ended_ms"] > now_ms - _WEEK_MS:
            one = AttentionOut(kind="job", name=row["title"], reason=row["error"], count=1, link=f"/?job={row['id']}")
            found["attention"].append(one)
    if bot and actor.may("conversations:read", bot=bot):
        found["now"] = _now(looks.active(db, bot, now_ms - round(ACTIVE.total_seconds() * 1000), now_ms - 60_000))
    if bot and actor.may("content:review", bot=bot) and (number := ahead.to_review(db, bot, actor.account_id)):
        link = f"/bots/{bot}/content?state=review"
        found["attention"].append(AttentionOut(kind="review", name=bot, count=number, link=link))
    if bot and actor.may("content:read", bot=bot):
        found["plans"] = ahead.coming(db, bot, now_ms, _SHOWN)
    if bot and actor.may("users:read", bot=bot):
        found["talked"] = looks.talked(db, bot)
    if actor.may("audit:read"):
        found["recent"] = [LineOut(**line_told(row)) for row in audit.page(db, Wanted(), RECENT)]
    if actor.may("accounts:write"):
        found["accounts"] = people.number(db)
    if actor.account_id:
        found["account"] = people.by_id(db, actor.account_id)
    return found


def _now(active: looks.Active) -> NowOut:
    items = [
        TalkOut(id=one["id"], user=one["user"], title=one["title"], channel=one["channel"], mode=one["mode"],
                updated=from_ms(one["updated"]))
        for one in active.rows[:_SHOWN]
    ]  # fmt: skip
    waiting = sum(one["mode"] == "human" for one in active.rows)
    return NowOut(conversations=len(active.rows), waiting=waiting, events_per_minute=active.lately, items=items)


def _modules(app: Any, actor: Actor) -> list[AttentionOut]:
    if not actor.may("modules:read"):
        return []
    return [
        AttentionOut(kind="module", name=name, reason=entry.reason.partition("\n")[0], link="/modules")
        for name, entry in app.installed.items()
        if entry.state in ("failed", "degraded")
    ]


def _wraps(app: Any, actor: Actor) -> list[AttentionOut]:
    """Those that are off because they failed, not because somebody wanted it."""
    found: list[AttentionOut] = []
    if not actor.may("modules:read") or all(one.kind != WRAP or one.is_on for one in app.settings.kept.switches):
        return found
    for stage, wraps in pipeline.shown(app).items():
        for one in wraps:
            switch = app.settings.kept.switch(WRAP, f"{stage}/{one.wrap.name}")
            if one.enabled or switch is None or switch.is_on or not switch.reason:
                continue
            at = WrapAt(module=one.wrap.module, stage=stage, wrap=one.wrap.name)
            link = f"/modules/{at.module}/health"
            found.append(AttentionOut(kind="wrap", name=at.wrap, reason=switch.reason, link=link, wrap=at))
    return found


def _parts(parts: list[Any], actor: Actor) -> list[AttentionOut]:
    if not actor.may("metrics:read"):
        return []
    wrong = [one for one in parts if one.state != "ok" and one.name not in ("process", "modules", "sending")]
    return [AttentionOut(kind="part", name=one.name, reason=one.why, link="/logs") for one in wrong]


def _part(one: Any, *, trusted: bool) -> PartOut:
    return PartOut(name=one.name, status=one.state, reason=one.why, detail=one.detail if trusted else "")


async def _coming(app: Any, bot: str, planned: list[ahead.Planned]) -> list[ComingOut]:
    plans = await app.storage.kv_list(f"schedules/{bot}")
    known = app.bots[bot].schedules
    found = [
        ComingOut(kind="schedule", name=name, at=from_ms(plan["due_ms"]), zone=plan["zone"])
        for name, plan in plans.items()
        if name in known
    ]
    found += [ComingOut(kind=one.kind, name=one.name, at=from_ms(one.at_ms), zone=one.zone) for one in planned]
    return sorted(found, key=lambda one: one.at)[:_SHOWN]


async def _steps(app: Any, actor: Actor, found: dict[str, Any]) -> list[StepOut]:
    steps: list[StepOut] = []
    if found["now"] is not None:
        steps.append(StepOut(id="hello", done=bool(found["talked"])))
    if actor.account_id and found["account"].get("email"):
        steps.append(StepOut(id="second-factor", done=bool(found["account"]["totp_secret"])))
    if actor.may("accounts:write"):
        steps.append(StepOut(id="invite", done=found["accounts"] > 1))
    folder = app.bridge.attention.data_folder
    if actor.may("settings:write") and folder is not None:
        steps.append(StepOut(id="backup", done=last_backup(folder) is not None))
    return steps
