"""The jobs of core: the audit log as a file, and all events of a bot that could not be handled, once more."""

import json
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.jobs.jobs import Jobs
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel.clock import from_ms, to_ms
from gutenbot.kernel.ids import BotId
from gutenbot.storage.errors import NoDeadLetter
from gutenbot.storage.rows import Seq

if TYPE_CHECKING:
    from gutenbot.app.app import App

AUDIT_EXPORT, REPLAY_DEAD = "audit-export", "dead-letters-replay"
_AT_ONCE = 25


async def export_audit(app: "App", at: At) -> Stepped:
    """A portion of the lines that are wanted, as they stood when the job was started; one JSON object a line."""
    from gutenbot.accounts import audit

    wanted = audit.Wanted(**at.params["wanted"])
    after: int = at.cursor or 0
    found = await app.storage.read(partial(audit.batch, wanted=wanted, after_n=after))
    found = [row for row in found if row["n"] <= at.params["until_n"]]
    lines = [{**row, "at": from_ms(row["at"]).isoformat()} for row in found]
    for line in lines:
        del line["n"]
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    done = at.done + len(found)
    if not found:
        return Stepped(
            cursor=after,
            done=done,
            total=done,
            finished=True,
            result={"file": "audit.jsonl", "type": "application/jsonl"},
        )
    return Stepped(cursor=found[-1]["n"], done=done, pieces=(text.encode(),))


async def replay_dead(app: "App", at: At) -> Stepped:
    """Puts a portion of the dead events back into their queues, each once; those that die meanwhile are left for the next time."""
    bot = BotId(at.params["bot"])
    after, until = Seq(at.cursor or 0), at.params["until"]
    letters = [one for one in await app.storage.dead_letters(bot, limit=_AT_ONCE, after=after) if one.seq <= until]
    if not letters:
        return Stepped(
            cursor=after, done=at.done, total=at.done, finished=True, result={"link": f"/bots/{bot}/failed-events"}
        )
    done = at.done
    for letter in letters:
        try:
            accepted = await app.storage.replay(bot, letter.seq, to_ms(app.clock.now()))
        except NoDeadLetter:  # somebody else did, or this step before the process ended
            pass
        else:
            app.turns.take(accepted)
        done += 1
    return Stepped(cursor=letters[-1].seq, done=done)


def jobs_of(app: "App") -> Jobs:
    """What runs the jobs of an app, those that modules contribute among them."""

    async def failed(job: Mapping[str, Any]) -> None:
        to = f"account:{job['by']['id']}" if job["by"]["kind"] == "account" else "may:jobs:read"
        await app.notify(f"{job['title']}: {job['error']}", "error", "/", to=to, same=f"job {job['id']}")

    return Jobs(
        app.storage, app.clock, app.feed, kinds=lambda: dict(app.registries["jobs"]), context=app, after_failure=failed
    )


KINDS = {
    AUDIT_EXPORT: JobKind(export_audit, "lines"),
    REPLAY_DEAD: JobKind(replay_dead, "events"),
}
