"""The jobs of core: the audit log as a file, events of a bot that could not be handled, once more or put aside, and tags of many
people."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.jobs.jobs import Jobs
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, UserId
from gutenbot.storage import failed
from gutenbot.storage.errors import NoDeadLetter
from gutenbot.storage.rows import Seq, UserPatch
from gutenbot.turns.playground import TAG as PLAYED

if TYPE_CHECKING:
    from gutenbot.app.app import App

AUDIT_EXPORT, REPLAY_DEAD, DISCARD_DEAD, TAG_PEOPLE = (
    "audit-export", "dead-letters-replay", "dead-letters-discard", "users-tag",
)  # fmt: skip
PLACE = "core.jobs"
_AT_ONCE = 25


async def export_audit(app: "App", at: At) -> Stepped:
    """A portion of the lines that are wanted, as they stood when the job was started; one JSON object a line."""
    from gutenbot.accounts import audit

    wanted = audit.Wanted(**at.params["wanted"])
    after: int = at.cursor or 0
    found = await app.storage.read(partial(audit.batch, wanted=wanted, after_n=after))
    found = [row for row in found if row["n"] <= at.params["until_n"]]
    done = at.done + len(found)
    if not found:
        return Stepped(
            cursor=after,
            done=done,
            total=done,
            finished=True,
            result={"file": "audit.jsonl", "type": "application/jsonl"},
        )
    return Stepped(cursor=found[-1]["n"], done=done, pieces=(b"".join(audit.written(row) for row in found),))


async def replay_dead(app: "App", at: At) -> Stepped:
    """Puts a portion of the dead events back into their queues, each once; those that die meanwhile are left for the next time."""
    bot = BotId(at.params["bot"])
    seqs = await _next_dead(app, at)
    for seq in seqs:
        try:
            accepted = await app.storage.replay(bot, seq, to_ms(app.clock.now()))
        except NoDeadLetter:  # somebody else did, or this step before the process ended
            pass
        else:
            app.turns.take(accepted)
    return _went_on(at, bot, seqs)


async def discard_dead(app: "App", at: At) -> Stepped:
    """Puts a portion of the dead events aside."""
    bot = BotId(at.params["bot"])
    if seqs := await _next_dead(app, at):
        await app.storage.write(partial(failed.put_aside, bot_id=bot, seqs=seqs), place=PLACE)
    return _went_on(at, bot, seqs)


async def _next_dead(app: "App", at: At) -> list[Seq]:
    """The next events of the job: those that were picked, or those that fitted when it was started and still do."""
    params, after = at.params, at.cursor or 0
    if "seqs" in params:
        return [Seq(seq) for seq in params["seqs"] if seq > after][:_AT_ONCE]
    wanted = failed.Wanted(params.get("q", ""), params.get("channel", ""))
    look = partial(failed.page, bot_id=params["bot"], wanted=wanted, limit=_AT_ONCE, after=after)
    return [one.seq for one in await app.storage.read(look) if one.seq <= params["until"]]


def _went_on(at: At, bot: BotId, seqs: Sequence[Seq]) -> Stepped:
    if not seqs:
        link = {"link": f"/bots/{bot}/failed-events"}
        return Stepped(cursor=at.cursor, done=at.done, total=at.done, finished=True, result=link)
    return Stepped(cursor=seqs[-1], done=at.done + len(seqs))


async def tag_people(app: "App", at: At) -> Stepped:
    """Puts a tag on the next people who fit, or takes it off."""
    params = at.params
    bot, tag, value = BotId(params["bot"]), params["name"], params["value"]
    rows = await app.storage.list_users(
        bot, tags=params["tags"], words=params["words"], limit=_AT_ONCE, after=at.cursor or ""
    )
    patch = UserPatch(untag=(tag,)) if value is None else UserPatch(tags={tag: value})
    for row, tags in rows:
        if (PLAYED not in tags or PLAYED in params["tags"]) and tags.get(tag) != value:
            await app.storage.patch_user(bot, UserId(row.user_id), patch, to_ms(app.clock.now()))
    if not rows:
        link = {"link": f"/bots/{bot}/people"}
        return Stepped(cursor=at.cursor, done=at.done, total=at.done, finished=True, result=link)
    return Stepped(cursor=rows[-1][0].user_id, done=at.done + len(rows))


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
    DISCARD_DEAD: JobKind(discard_dead, "events"),
    TAG_PEOPLE: JobKind(tag_people, "people"),
}
