"""Who changed what in the database, written down by the database itself, and what may never be in that book.

Triggers note each change of a conversation, of what belongs to it and of the leases, with the name of the connection that
made it. They write in the same transaction, so that the book has what was committed and nothing else.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.crash.checks import Ask
from tests.crash.cluster.workers import Life

_PARTS = {
    "outbox": ("INSERT", "NEW.cause NOT LIKE 'send:%'"),
    "frame": ("INSERT OR UPDATE", "true"),
    "journal": ("INSERT OR UPDATE", "true"),
    "inbox": ("UPDATE", "OLD.state = 'open' AND NEW.state <> 'open'"),
}
_WHO = "current_setting('application_name')"
_XID = "pg_current_xact_id()::text"

BOOK = f"""
CREATE SCHEMA book;
CREATE TABLE book.place (id bigserial PRIMARY KEY, began float8, at float8, xid text, who text, conversation_id text,
old_owner text, owner text, old_fence bigint, fence bigint, old_rev bigint, rev bigint);
CREATE TABLE book.part (what text, xid text, who text, conversation_id text);
CREATE TABLE book.lease (id bigserial PRIMARY KEY, at float8, who text, boot text, until float8);

CREATE FUNCTION book.place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO book.place (began, at, xid, who, conversation_id, old_owner, owner, old_fence, fence, old_rev, rev)
VALUES (extract(epoch FROM statement_timestamp()), extract(epoch FROM clock_timestamp()), {_XID}, {_WHO},
NEW.conversation_id, OLD.owner, NEW.owner, OLD.fence, NEW.fence, OLD.rev, NEW.rev);
RETURN NULL; END $$;
CREATE TRIGGER book AFTER UPDATE ON conversation FOR EACH ROW EXECUTE FUNCTION book.place();

CREATE FUNCTION book.part() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO book.part VALUES (TG_TABLE_NAME, {_XID}, {_WHO}, NEW.conversation_id);
RETURN NULL; END $$;

CREATE FUNCTION book.lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
INSERT INTO book.lease (at, who, boot, until) SELECT extract(epoch FROM clock_timestamp()), {_WHO},
coalesce(NEW.boot, OLD.boot), coalesce(extract(epoch FROM NEW.lease_until), 0);
RETURN NULL; END $$;
CREATE TRIGGER book AFTER INSERT OR UPDATE OR DELETE ON worker FOR EACH ROW EXECUTE FUNCTION book.lease();
""" + "".join(
    f"CREATE TRIGGER book AFTER {when} ON {table} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION book.part();\n"
    for table, (when, condition) in _PARTS.items()
)


def open_book(url: str) -> None:
    """From now on everything is written down."""
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(BOOK.encode())


@dataclass(slots=True)
class Leases:
    """When whose lease ended, as the database knew it."""

    boots: dict[str, str] = field(default_factory=dict)
    """Name of the connection → name of the worker."""
    _noted: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    """Worker → (when it was noted, until when it lasts), oldest first."""

    @classmethod
    def read(cls, ask: Ask) -> "Leases":
        """From the book."""
        leases = cls()
        for at, who, boot, until in ask("SELECT at, who, boot, until FROM book.lease ORDER BY id"):
            if until:
                leases.boots.setdefault(who, boot)
            leases._noted[boot].append((at, until))
        return leases

    def until(self, boot: str, at: float) -> float:
        """When the lease ends, as of a moment; 0 when there was none, or it was given back."""
        noted = self._noted[boot]
        place = bisect_right(noted, (at, float("inf")))
        return noted[place - 1][1] if place else 0.0

    def lasted(self, boot: str, began: float, at: float) -> bool:
        """Whether the lease lasted while somebody looked. A renewal just then, of a lease that had run out, may have been
        committed too late to be seen."""
        if self.until(boot, began) <= at:
            return False
        noted = [entry for entry in self._noted[boot] if began - UNSEEN_S < entry[0] <= began]
        return not any(self.until(boot, when - 1e-6) < at for when, _ in noted)


UNSEEN_S = 2.0


@dataclass(slots=True)
class Findings:
    """What the book says."""

    changes: int = 0
    taken_over: int = 0
    """Conversations whose owner had lost its lease when another one took them."""
    violations: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Sends that began after the lease of their worker, by what a running worker did."""
    thawed: int = 0
    """The same, in flight while the process was frozen: nobody can help that."""
    gave_back: dict[str, bool] = field(default_factory=dict)
    """Worker → whether it ended its lease itself."""


def look_through(ask: Ask, arrivals: Iterable[tuple[float, str, str]], lives: Iterable[Life]) -> Findings:
    """Reads the whole book, and compares it with what the network got: (moment, process, key) of each message."""
    leases, findings = Leases.read(ask), Findings()
    by: dict[tuple[str, str], set[bool]] = defaultdict(set)
    rows = ask(
        """SELECT began, at, xid, who, conversation_id, old_owner, owner, old_fence, fence, old_rev, rev
        FROM book.place ORDER BY id"""
    )
    for row in rows:
        findings.changes += 1
        _check_change(findings, leases, row)
        _, _, xid, who, place, old_owner, *_ = row
        by[xid, place].add(old_owner == leases.boots.get(who))
    _check_parts(findings, ask, by)
    _check_sends(findings, leases, arrivals, {life.name: life for life in lives})
    for who, boot in leases.boots.items():
        findings.gave_back[who] = leases.until(boot, float("inf")) == 0
    return findings


def _check_change(findings: Findings, leases: Leases, row: tuple[Any, ...]) -> None:
    began, at, _, who, place, old_owner, owner, old_fence, fence, old_rev, rev = row
    boot = leases.boots.get(who, "")
    wrong = findings.violations
    if rev != old_rev and (rev, old_owner, fence) != (old_rev + 1, boot, old_fence):
        wrong.append(f"{who} changed {place} to revision {rev}, and {old_owner} held it with fence {old_fence}")
    if fence not in (old_fence, old_fence + 1) or (fence > old_fence and owner != boot):
        wrong.append(f"{who} set the fence of {place} from {old_fence} to {fence} for {owner}")
    if owner == old_owner:
        return
    if owner not in (None, "", boot):
        wrong.append(f"{who} gave {place} to {owner}")
    if old_owner in (None, "", boot):
        if old_owner == "" and owner == boot and fence == old_fence:
            wrong.append(f"{who} took {place}, which was given back, with the old fence")
        return
    if leases.lasted(old_owner, began, at):
        wrong.append(f"{who} took {place} from {old_owner}, whose lease lasted")
    elif fence == old_fence:
        wrong.append(f"{who} took {place} from {old_owner} with the old fence")
    else:
        findings.taken_over += 1


def _check_parts(findings: Findings, ask: Ask, by: dict[tuple[str, str], set[bool]]) -> None:
    """State, messages and the ends of events are written only together with their conversation, by who holds it."""
    for what, xid, who, place in ask("SELECT what, xid, who, conversation_id FROM book.part"):
        if True not in by.get((xid, place), ()):
            findings.violations.append(f"{who} wrote {what} of {place} without holding it")


def _check_sends(
    findings: Findings, leases: Leases, arrivals: Iterable[tuple[float, str, str]], lives: dict[str, Life]
) -> None:
    for at, who, key in arrivals:
        until = leases.until(leases.boots.get(who, ""), at)
        if at <= until:
            continue
        if any(start < at < end + THAW_S for start, end in lives[who].frozen):
            findings.thawed += 1
        else:
            findings.late.append(f"{who} sent {key} {at - until:.2f} s after its lease")


THAW_S = 1.0
