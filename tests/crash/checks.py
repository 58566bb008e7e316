"""What must be true afterwards: in the database, in the outside file, in the sink, and in what users have read."""

import contextlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gutenbot.sdk import conversation_id
from tests.crash.script import TICK, WOKE
from tests.crash.sink import Sink
from tests.crash.users import BOT, User

Ask = Callable[..., list[tuple[Any, ...]]]
"""A statement with `?` for each of the values that follow → its rows."""


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


def check(database: Path, users: Sequence[User], messages: int, effects: Path, sink: Sink) -> Verdict:
    """Looks at everything, once the server has stopped."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:

        def ask(sql: str, *values: object) -> list[tuple[Any, ...]]:
            return db.execute(sql, values).fetchall()

        return check_rows(ask, ask("PRAGMA integrity_check")[0][0], users, messages, effects, sink)


def check_rows(ask: Ask, integrity: str, users: Sequence[User], messages: int, effects: Path, sink: Sink) -> Verdict:
    """The same for any database; `integrity` is what its own check said."""
    verdict = Verdict(integrity=integrity)
    verdict.open_rows = ask("SELECT count(*) FROM inbox WHERE state = 'open'")[0][0]
    verdict.dead_rows = ask("SELECT count(*) FROM inbox WHERE state = 'dead'")[0][0]
    verdict.turns = ask("SELECT count(*) FROM inbox WHERE state = 'done'")[0][0]
    verdict.lost += ask("SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'unknown')")[0][0]
    for user in users:
        _conversation(verdict, ask, user, messages)
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


def _conversation(verdict: Verdict, ask: Ask, user: User, messages: int) -> None:
    place = place_of(user)
    events = ask("SELECT n, event, seq FROM inbox WHERE conversation_id = ? ORDER BY seq", place)
    events = [row for row in events if row[0] is not None]  # timers have no place in the thread
    out = ask("SELECT n, message, cause FROM outbox WHERE conversation_id = ? ORDER BY n", place)
    said = [json.loads(row[1])["body"] for row in events]
    verdict.compare(f"{user.name} said", said, [user.line(k).text for k in range(1, messages + 1)])
    _told(verdict, f"{user.name} was told", user, messages, [json.loads(row[1])["text"] for row in out])
    if [int(row[2]) for row in out] != sorted(int(row[2]) for row in out):
        verdict.reordered += 1
    _numbers(verdict, ask, user, messages, [row[0] for row in (*events, *out)])
    if ask("SELECT count(*) FROM frame WHERE conversation_id = ?", place)[0][0]:
        verdict.state(f"{user.name}: dialogs", "still open", "ended")


def _told(verdict: Verdict, where: str, user: User, messages: int, lines: Sequence[str]) -> None:
    """Answers come in order; what timers bring comes once, at any place after it was asked for."""
    verdict.compare(where, [line for line in lines if not line.endswith(WOKE)], user.replies(messages))
    wakings = sorted(line for line in lines if line.endswith(WOKE))
    verdict.compare(f"{where} later", wakings, sorted(user.wakings(messages)))


def _numbers(verdict: Verdict, ask: Ask, user: User, messages: int, positions: list[int]) -> None:
    rows = ask(
        """SELECT c.last_n, c.variables, u.attributes FROM conversation c JOIN bot_user u USING (bot_id, user_id)
        WHERE conversation_id = ?""",
        place_of(user),
    )
    if not rows:
        verdict.state(f"{user.name}: conversation", None, "one")
        return
    last_n, variables, attributes = rows[0]
    if sorted(positions) != list(range(1, last_n + 1)):
        verdict.gaps += 1
        verdict.details.append(f"{user.name}: positions are not 1 to {last_n} without a gap")
    verdict.state(f"{user.name}: counted in the conversation", json.loads(variables).get("count", 0), messages)
    verdict.state(f"{user.name}: woken", json.loads(variables).get("woke", 0), len(user.wakings(messages)))
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
        verdict.compare(f"{user.name} read", diary.read, user.replies(messages))
    if user.channel == "web":
        verdict.compare(f"{user.name} read of own", diary.own, [user.ids[k] for k in sorted(user.ids)])


def _sink(verdict: Verdict, user: User, messages: int, sink: Sink) -> None:
    seen = sink.seen[user.name]
    if user.channel == "push-plain":
        seen = list(dict.fromkeys(seen))  # repeats are counted by their keys, against their bound
    _told(verdict, f"{user.name} was shown", user, messages, seen)


def _effects(verdict: Verdict, effects: Path, wanted: set[str]) -> None:
    keys: dict[str, set[str]] = defaultdict(set)
    lines = 0
    for line in effects.read_text(encoding="utf-8").splitlines() if effects.exists() else ():
        key, what = json.loads(line)
        if what == TICK:
            continue
        keys[what].add(key)
        lines += 1
    missing = wanted - keys.keys()
    two = [what for what, found in keys.items() if len(found) > 1]
    verdict.steps = len(missing) + len(two) + len(keys.keys() - wanted)
    verdict.steps_repeated = lines - sum(map(len, keys.values()))
    verdict.details += [f"steps never done: {sorted(missing)[:3]}"] if missing else []
    verdict.details += [f"steps done under two keys: {two[:3]}"] if two else []
