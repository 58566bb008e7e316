"""Jobs as rows: plain functions over a connection. Every change of a state goes through here."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from gutenbot.jobs.errors import NoJob, WrongState
from gutenbot.jobs.kinds import Stepped
from gutenbot.jobs.tables import JOB, PIECE

ENDED = ("done", "failed", "cancelled")
Row = Mapping[str, Any]


def add(db: sa.Connection, values: Mapping[str, Any]) -> Row:
    """A new job, queued."""
    db.execute(JOB.insert().values(dict(values)))
    return get(db, values["id"])


def get(db: sa.Connection, job_id: str) -> Row:
    """One job. Raises `NoJob`."""
    row = db.execute(sa.select(JOB).where(JOB.c.id == job_id)).mappings().first()
    if row is None:
        raise NoJob(job=job_id[:100])
    return dict(row)


def page(db: sa.Connection, *, account: str | None, states: Sequence[str], limit: int, before: str = "") -> list[Row]:
    """The latest first; `account`: only what this account or key has started."""
    query = sa.select(JOB).order_by(JOB.c.id.desc()).limit(limit)
    if account is not None:
        query = query.where(JOB.c.actor_id == account)
    if states:
        query = query.where(JOB.c.state.in_(states))
    if before:
        query = query.where(JOB.c.id < before)
    return [dict(row) for row in db.execute(query).mappings()]


def waiting(db: sa.Connection, now_ms: int, limit: int) -> list[Row]:
    """Jobs that somebody should run, oldest first: also those that another process runs, if it is still there."""
    due = sa.and_(JOB.c.state.in_(("queued", "running")), JOB.c.lease_until_ms <= now_ms)
    return [dict(row) for row in db.execute(sa.select(JOB).where(due).order_by(JOB.c.id).limit(limit)).mappings()]


def begin(db: sa.Connection, job_id: str, owner: str, now_ms: int) -> Row | None:
    """Takes a job over; None when it has ended meanwhile."""
    row = get(db, job_id)
    if row["state"] not in ("queued", "running"):
        return None
    cursor = json.dumps({"at": cursor_of(row), "from": row["done"]})
    values = {"state": "running", "owner": owner, "cursor": cursor, "started_ms": now_ms, "changed_ms": now_ms}
    db.execute(JOB.update().where(JOB.c.id == job_id).values(values))
    return get(db, job_id)


def step(
    db: sa.Connection, job_id: str, owner: str, found: Stepped, now_ms: int, *, undo_first: bool = False
) -> Row | None:
    """Keeps what a step has done; None when the job is not this process's any more. What was asked for meanwhile happens, but
    with `undo_first` an end waits until the steps are taken back."""
    row = get(db, job_id)
    if row["owner"] != owner or row["state"] != "running":
        return None
    at = json.loads(row["cursor"])
    values: dict[str, Any] = {
        "cursor": json.dumps({**at, "at": found.cursor}),
        "done": found.done,
        "total": row["total"] if found.total is None else found.total,
        "failures": 0,
        "error": "",
        "changed_ms": now_ms,
    }
    if found.finished:
        values |= {
            "state": "done",
            "result": json.dumps(dict(found.result), default=str),
            "ended_ms": now_ms,
            "wanted": "",
        }
    elif row["wanted"] and not (undo_first and row["wanted"] == "cancel"):
        values |= _asked(row["wanted"], now_ms)
    db.execute(JOB.update().where(JOB.c.id == job_id).values(values))
    _keep(db, job_id, found.pieces)
    return get(db, job_id)


def _asked(wanted: str, now_ms: int) -> dict[str, Any]:
    if wanted == "pause":
        return {"state": "paused", "wanted": "", "owner": ""}
    return {"state": "cancelled", "wanted": "", "owner": "", "ended_ms": now_ms}


def _keep(db: sa.Connection, job_id: str, pieces: Sequence[bytes]) -> None:
    last = db.execute(sa.select(sa.func.max(PIECE.c.n)).where(PIECE.c.job_id == job_id)).scalar_one()
    for n, data in enumerate(pieces, start=(last or 0) + 1):
        db.execute(PIECE.insert().values(job_id=job_id, n=n, data=data))


def stumble(db: sa.Connection, job_id: str, owner: str, error: str, now_ms: int, *, again_ms: int) -> Row | None:
    """A step failed: the job waits until a moment, or (0) has failed."""
    row = get(db, job_id)
    if row["owner"] != owner or row["state"] != "running":
        return None
    values: dict[str, Any] = {"error": error[:2000], "failures": row["failures"] + 1, "changed_ms": now_ms, "owner": ""}
    if row["wanted"]:
        values |= _asked(row["wanted"], now_ms)
    elif again_ms:
        values |= {"state": "queued", "lease_until_ms": again_ms}
    else:
        values |= {"state": "failed", "ended_ms": now_ms}
    db.execute(JOB.update().where(JOB.c.id == job_id).values(values))
    return get(db, job_id)


def ask(db: sa.Connection, job_id: str, wanted: str, now_ms: int, *, undone: bool = False) -> Row:
    """`pause`, `resume` or `cancel`; one that runs obeys after its step. `undone`: what it has done is taken back when it is
    cancelled, so somebody must run it for that. Raises `NoJob`, `WrongState`."""
    row = get(db, job_id)
    state = row["state"]
    values: dict[str, Any] = {"changed_ms": now_ms}
    if wanted == "resume" and (state in ("paused", "failed") or (state == "running" and row["wanted"] == "pause")):
        values |= (
            {"wanted": ""}
            if state == "running"
            else {"state": "queued", "wanted": "", "ended_ms": 0, "lease_until_ms": 0}
        )
    elif wanted != "resume" and state == "running":
        values["wanted"] = wanted
    elif wanted == "pause" and state == "queued":
        values |= _asked("pause", now_ms)
    elif wanted == "cancel" and undone and row["cursor"] and state in ("queued", "paused"):
        values |= {"state": "queued", "wanted": "cancel", "lease_until_ms": 0}
    elif wanted == "cancel" and state in ("queued", "paused", "failed"):
        values |= _asked("cancel", now_ms)
    else:
        words = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}
        raise WrongState(job=job_id, state=state, wanted=words[wanted])
    db.execute(JOB.update().where(JOB.c.id == job_id).values(values))
    return get(db, job_id)


def piece(db: sa.Connection, job_id: str, n: int) -> bytes | None:
    """The n-th piece of the result, from 1; None at the end."""
    found = db.execute(sa.select(PIECE.c.data).where(PIECE.c.job_id == job_id, PIECE.c.n == n)).scalar_one_or_none()
    return None if found is None else bytes(found)


def forget(db: sa.Connection, *, results_before_ms: int, jobs_before_ms: int, limit: int) -> int:
    """Lets results and, later, the jobs themselves go; returns how many jobs were concerned."""
    over = JOB.c.state.in_(ENDED)
    has_result = sa.exists().where(PIECE.c.job_id == JOB.c.id)
    results = sa.select(JOB.c.id).where(over, JOB.c.ended_ms < results_before_ms, has_result).limit(limit)
    emptied = [row.id for row in db.execute(results)]
    jobs = sa.select(JOB.c.id).where(over, JOB.c.ended_ms < jobs_before_ms).limit(limit)
    gone = [row.id for row in db.execute(jobs)]
    db.execute(PIECE.delete().where(PIECE.c.job_id.in_([*emptied, *gone])))
    db.execute(JOB.delete().where(JOB.c.id.in_(gone)))
    return len({*emptied, *gone})


def cursor_of(row: Row) -> Any:
    """Where the next step begins."""
    return json.loads(row["cursor"])["at"] if row["cursor"] else None


def told(row: Row) -> dict[str, Any]:
    """A job as the API and the live topic tell it. Moments are milliseconds since 1970, 0 for none."""
    result = json.loads(row["result"]) if row["result"] else {}
    rate = _rate(row)
    left = max(0, row["total"] - row["done"])
    return {
        "id": row["id"], "kind": row["kind"], "title": row["title"], "bot": row["bot_id"] or None,
        "by": {"kind": row["actor_kind"], "id": row["actor_id"], "name": row["actor_name"]},
        "state": row["state"], "wanted": row["wanted"] or None, "done": row["done"], "total": row["total"], "unit": row["unit"],
        "rate": rate, "eta_s": round(left / rate) if rate and row["state"] == "running" else None,
        "error": row["error"] or None, "words": result.get("words"), "link": result.get("link"),
        "file": result.get("file") if row["state"] == "done" else None,
        "created": row["created_ms"], "started": row["started_ms"], "changed": row["changed_ms"], "ended": row["ended_ms"],
    }  # fmt: skip


def _rate(row: Row) -> float | None:
    """How many a second since this run began."""
    begun = json.loads(row["cursor"]).get("from", 0) if row["cursor"] else 0
    seconds = (row["changed_ms"] - row["started_ms"]) / 1000
    return round((row["done"] - begun) / seconds, 2) if seconds > 0.2 and row["done"] > begun else None
