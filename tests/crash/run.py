"""`make crash`: the long form of the crash tests, as a table and one plain line. Ends with 1 when a promise was broken."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from tests.crash.load import Outcome, Plan, run
from tests.crash.told import Row, folder_of_run, of_verdict, table


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
    with folder_of_run("crash", keep=keep) as folder:
        outcome = asyncio.run(run(plan, folder))
        print(report(outcome))
    return outcome


def report(outcome: Outcome) -> str:
    """The table and the plain line."""
    plan, verdict = outcome.plan, outcome.verdict
    rows: list[Row] = [
        ("users", f"{plan.users} ({', '.join(f'{count} {kind}' for kind, count in outcome.kinds.items())})"),
        ("messages", f"{outcome.messages} in {outcome.seconds:.0f} s, {outcome.tries} requests"),
        ("deaths", ", ".join(f"{count} × {how}" for how, count in sorted(outcome.kills.items()))),
        *of_verdict(verdict),
        ("keyed channel: repeats that it dropped", outcome.absorbed),
        ("plain channel: repeats that users saw", f"{outcome.plain_doubled} (bound {outcome.plain_bound})"),
        ("exit code of the graceful end", outcome.exit_code),
    ]
    title = f"Killed {'under supervision' if plan.supervised else 'and started again'}, seed {plan.seed}"
    return table(title, rows, verdict.details[:20], plain_line(outcome))


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
