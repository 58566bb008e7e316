"""`make cluster-crash`: prints a table and one plain line. Ends with 1 when a promise was broken."""

import argparse
import sys
from collections.abc import Sequence

import uvloop

from tests.crash.cluster.cluster import errors_in_logs, run
from tests.crash.cluster.plan import WORKERS, Outcome, Plan
from tests.crash.told import Row, folder_of_run, of_verdict, table

_USUAL = Plan()


def main(arguments: Sequence[str] | None = None) -> int:
    """One run; returns the exit code."""
    wanted = _options().parse_args(arguments)
    plan = Plan(kills=wanted.kills, seconds=wanted.seconds, rate=wanted.rate, seed=wanted.seed)
    with folder_of_run("cluster", keep=wanted.keep) as folder:
        outcome = uvloop.run(run(plan, folder))
        print(report(outcome))
        if wanted.logs or not outcome.ok:
            for event, count in errors_in_logs(folder).most_common(20):
                print(f"  {count:>6} × {event}")
    return 0 if outcome.ok else 1


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.cluster", description=__doc__)
    parser.add_argument("--kills", type=int, default=_USUAL.kills, help="SIGKILLs, besides the other faults")
    parser.add_argument("--seconds", type=float, default=_USUAL.seconds, help="how long users talk")
    parser.add_argument("--rate", type=float, default=_USUAL.rate, help="messages of users in a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--logs", action="store_true", help="say what the workers logged")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run, and say where it is")
    return parser


def report(outcome: Outcome) -> str:
    """The table and the plain line."""
    verdict, found = outcome.verdict, outcome.findings
    slowest = max((took_s for _, took_s in outcome.ends), default=0.0)
    codes = [code for code, _ in outcome.ends if code]
    rate = outcome.messages / outcome.load_s if outcome.load_s else 0
    rows: list[Row] = [
        ("users", ", ".join(f"{count} {kind}" for kind, count in outcome.kinds.items())),
        ("messages", f"{outcome.messages} in {outcome.load_s:.0f} s ({rate:.0f}/s), {outcome.tries} requests"),
        ("faults", ", ".join(f"{count} × {what}" for what, count in sorted(outcome.faults.items()))),
        ("quiet after", f"{outcome.drain_s:.1f} s"),
        *of_verdict(verdict),
        ("broken chains", len(outcome.chains)),
        (
            "timers, and moments of the schedule",
            f"{outcome.wakings}, {outcome.ticks} ({len(outcome.ticks_wrong)} wrong)",
        ),
        ("changes of conversations in the book", f"{found.changes}, {found.taken_over} take-overs"),
        ("changes under an old fence, or by who does not hold it", len(found.violations)),
        ("sends after the lease", len(found.late)),
        ("sends that a freeze interrupted, after the lease", f"{found.thawed} (bound {outcome.thawed_bound})"),
        ("keyed channel: repeats that it dropped", outcome.absorbed),
        ("plain channel: repeats that users saw", f"{outcome.plain_doubled} (bound {outcome.plain_bound})"),
        ("graceful ends", f"{len(outcome.ends)}, slowest {slowest:.1f} s, exit codes other than 0: {codes or 'none'}"),
        ("left behind by graceful ends", len(outcome.kept)),
        ("workers that ended by themselves", len(outcome.crashes)),
    ]
    title = f"{WORKERS} workers on one PostgreSQL, seed {outcome.plan.seed}, {outcome.seconds:.0f} s"
    wrong = [*verdict.details, *found.violations, *found.late, *outcome.crashes, *outcome.ticks_wrong]
    return table(title, rows, [*wrong, *outcome.kept, *outcome.chains][:30], plain_line(outcome))


def plain_line(outcome: Outcome) -> str:
    """All in one sentence."""
    verdict = outcome.verdict
    end = "" if outcome.ok else f" PROMISES BROKEN: {outcome.broken}."
    return (
        f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.reordered} reordered, "
        f"{len(outcome.findings.violations)} fence violations in {outcome.messages} messages and "
        f"{sum(outcome.faults.values())} faults.{end}"
    )


if __name__ == "__main__":
    sys.exit(main())
