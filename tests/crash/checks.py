"""What must be true afterwards: in the database, in the outside file, in the sink, and in what users have read."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gutenbot.sdk import conversation_id
from tests.crash.script import Line, all_replies
from tests.crash.sink import Sink
from tests.crash.users import BOT, User


@dataclass(slots=True)
class Verdict:
    """How often each promise was broken, and where."""

    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    states: int = 0
    gaps: int = 0
    steps: int = 0
    """Steps that were done under two keys, or not at all."""
    open_rows: int = 0
    dead_rows: int = 0
    client: int = 0
    """What users saw and must not see."""
    integrity: str = ""
    steps_repeated: int = 0
    """Steps that ran again with the same key since the process died before the result was kept: allowed."""
    turns: int = 0
    details: list[str] = field(default_factory=list)

    @property
    def violations(self) -> int:
        """How many there are in all."""
        counted = (self.lost, self.doubled, self.reordered, self.states, self.gaps, self.steps, self.open_rows)
        return sum(counted) + self.dead_rows + self.client + (self.integrity != "ok")

    def compare(self, where: str, found: Sequence[str], wanted: Sequence[str]) -> None:
        """Counts what is missing, what is there twice and what is not in its place."""
        if list(found) == list(wanted):
            return
        missing = Counter(wanted) - Counter(found)
        extra = Counter(found) - Counter(wanted)
        self.lost += missing.total()
        self.doubled += extra.total()
        if not missing and not extra:
            self.reordered += 1
        place = next((k for k, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), -1)
        self.details.append(
            f"{where}: missing {list(missing)[:3]}, too many {list(extra)[:3]}, first difference at {place}"
        )

    def state(self, where: str, found: object, wanted: object) -> None:
        """Counts a state that is not what it must be."""
        if found != wanted:
            self.states += 1
            self.details.append(f"{where}: {found}, not {wanted}")


def check(database: Path, users: Iterable[User], messages: int, effects: Path, sink: Sink) -> Verdict:
    """Looks at everything, once the server has stopped."""
    verdict = Verdict()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        verdict.integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
        verdict.open_rows = db.execute("SELECT count(*) FROM inbox WHERE state = 'open'").fetchone()[0]
        verdict.dead_rows = db.execute("SELECT count(*) FROM inbox WHERE state = 'dead'").fetchone()[0]
        verdict.turns = db.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()[0]
        unsent = "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'unknown')"
        verdict.lost += db.execute(unsent).fetchone()[0]
        for user in users:
            _conversation(verdict, db, user, messages)
    db.close()
    for user in users:
        _diary(verdict, user, messages)
        if user.kind.startswith("push"):
            _sink(verdict, user, messages, sink)
    _effects(verdict, effects, {f"{user.name} {k}" for user in users for k in range(1, messages + 1)})
    verdict.client += len(sink.changed)
    return verdict


def place_of(user: User) -> str:
    """The id of the conversation of a user."""
    return user.thread if user.channel == "web" else conversation_id(BOT, user.channel, user.name)


def _conversation(verdict: Verdict, db: sqlite3.Connection, user: User, messages: int) -> None:
    place = place_of(user)
    events = db.execute("SELECT n, event, seq FROM inbox WHERE conversation_id = ? ORDER BY seq", (place,)).fetchall()
    out = db.execute("SELECT n, message, cause FROM outbox WHERE conversation_id = ? ORDER BY n", (place,)).fetchall()
    said = [json.loads(row[1])["body"] for row in events]
    verdict.compare(f"{user.name} said", said, [Line(user.name, k).text for k in range(1, messages + 1)])
    verdict.compare(
        f"{user.name} was told", [json.loads(row[1])["text"] for row in out], all_replies(user.name, messages)
    )
    if [int(row[2]) for row in out] != sorted(int(row[2]) for row in out):
        verdict.reordered += 1
    _numbers(verdict, db, user, messages, [row[0] for row in (*events, *out)])
    if db.execute("SELECT count(*) FROM frame WHERE conversation_id = ?", (place,)).fetchone()[0]:
        verdict.state(f"{user.name}: dialogs", "still open", "ended")


def _numbers(verdict: Verdict, db: sqlite3.Connection, user: User, messages: int, positions: list[int]) -> None:
    row = db.execute(
        """SELECT c.last_n, c.variables, u.attributes FROM conversation c JOIN bot_user u USING (bot_id, user_id)
        WHERE conversation_id = ?""",
        (place_of(user),),
    ).fetchone()
    if row is None:
        verdict.state(f"{user.name}: conversation", None, "one")
        return
    last_n, variables, attributes = row
    if sorted(positions) != list(range(1, last_n + 1)):
        verdict.gaps += 1
        verdict.details.append(f"{user.name}: positions are not 1 to {last_n} without a gap")
    verdict.state(f"{user.name}: counted in the conversation", json.loads(variables).get("count", 0), messages)
    verdict.state(f"{user.name}: counted with the user", json.loads(attributes).get("count", 0), messages)


def _diary(verdict: Verdict, user: User, messages: int) -> None:
    """What the user has seen with own eyes."""
    diary = user.diary
    verdict.client += len(diary.wrong)
    verdict.details += diary.wrong[:5]
    if set(diary.acked) != set(range(1, messages + 1)):
        verdict.client += 1
        verdict.details.append(f"{user.name}: only {len(diary.acked)} of {messages} messages were taken")
    if user.reads:
        verdict.compare(f"{user.name} read", diary.read, all_replies(user.name, messages))
    if user.channel == "web":
        verdict.compare(f"{user.name} read of own", diary.own, [user.ids[k] for k in sorted(user.ids)])


def _sink(verdict: Verdict, user: User, messages: int, sink: Sink) -> None:
    seen = sink.seen[user.name]
    if user.channel == "push-plain":
        seen = list(dict.fromkeys(seen))  # repeats are counted by their keys, against their bound
    verdict.compare(f"{user.name} was shown", seen, all_replies(user.name, messages))


def _effects(verdict: Verdict, effects: Path, wanted: set[str]) -> None:
    keys: dict[str, set[str]] = defaultdict(set)
    lines = 0
    for line in effects.read_text(encoding="utf-8").splitlines() if effects.exists() else ():
        key, what = json.loads(line)
        keys[what].add(key)
        lines += 1
    missing = wanted - keys.keys()
    two = [what for what, found in keys.items() if len(found) > 1]
    verdict.steps = len(missing) + len(two) + len(keys.keys() - wanted)
    verdict.steps_repeated = lines - sum(map(len, keys.values()))
    verdict.details += [f"steps never done: {sorted(missing)[:3]}"] if missing else []
    verdict.details += [f"steps done under two keys: {two[:3]}"] if two else []
