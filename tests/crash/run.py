"""`make crash`: the long form of the crash tests, as a table and one plain line. Ends with 1 when a promise was broken."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.crash.load import Outcome, Plan, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs it unsupervised, then supervised; returns the exit code."""
    wanted = _options().parse_args(arguments)
    plans = [Plan(wanted.messages, wanted.users, wanted.kills, wanted.seed)]
    if wanted.short:
        plans = [Plan(300, 30, 6, wanted.seed)]
    elif not wanted.unsupervised:
        plans.append(Plan(wanted.messages // 5, wanted.users, 3, wanted.seed, supervised=True))
    outcomes = [_one(plan, keep=wanted.keep) for plan in plans]
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.run", description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--users", type=int, default=60)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--short", action="store_true", help="300 messages, 6 kills")
    parser.add_argument("--unsupervised", action="store_true", help="leave out the run under the supervisor")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run, and say where it is")
    return parser


def _one(plan: Plan, *, keep: bool) -> Outcome:
    folder = Path(tempfile.mkdtemp(prefix="gutenbot-crash-", dir=_disk()))
    try:
        outcome = asyncio.run(run(plan, folder))
        print(report(outcome))
    finally:
        if keep:
            print(f"kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _disk() -> str | None:
    """A folder on a real disk where there is one: the temporary one may be in memory."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else None


def report(outcome: Outcome) -> str:
    """The table and the plain line."""
    plan, verdict = outcome.plan, outcome.verdict
    rows: list[tuple[str, object]] = [
        ("users", f"{plan.users} ({', '.join(f'{count} {kind}' for kind, count in outcome.kinds.items())})"),
        ("messages", f"{outcome.messages} in {outcome.seconds:.0f} s, {outcome.tries} requests"),
        ("deaths", ", ".join(f"{count} × {how}" for how, count in sorted(outcome.kills.items()))),
        ("turns done", verdict.turns),
        ("lost", verdict.lost),
        ("doubled", verdict.doubled),
        ("reordered", verdict.reordered),
        ("wrong states", verdict.states),
        ("gaps in positions", verdict.gaps),
        ("steps missing, or under two keys", verdict.steps),
        ("steps repeated with the same key (allowed)", verdict.steps_repeated),
        ("open events", verdict.open_rows),
        ("dead events", verdict.dead_rows),
        ("wrong to see for users", verdict.client),
        ("keyed channel: repeats that it dropped", outcome.absorbed),
        ("plain channel: repeats that users saw", f"{outcome.plain_doubled} (bound {outcome.plain_bound})"),
        ("integrity of the database", verdict.integrity),
        ("exit code of the graceful end", outcome.exit_code),
    ]
    width = max(len(name) for name, _ in rows)
    lines = [f"Killed {'under supervision' if plan.supervised else 'and started again'}, seed {plan.seed}", ""]
    lines += [f"  {name:<{width}}  {value}" for name, value in rows]
    lines += [f"  ! {detail}" for detail in verdict.details[:20]]
    return "\n".join([*lines, "", plain_line(outcome), ""])


def plain_line(outcome: Outcome) -> str:
    """All in one sentence."""
    verdict = outcome.verdict
    end = "" if outcome.ok else f" PROMISES BROKEN: {max(1, verdict.violations)}."
    return (
        f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.reordered} reordered, {verdict.states} wrong states "
        f"in {outcome.messages} messages and {sum(outcome.kills.values())} kills.{end}"
    )


if __name__ == "__main__":
    sys.exit(main())
