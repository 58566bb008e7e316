"""The short form of `make cluster-crash`: one run, and what each kind of fault must have left behind. Some twenty seconds."""

import asyncio
from pathlib import Path

import pytest

from tests.crash.cluster.__main__ import report
from tests.crash.cluster.cluster import run
from tests.crash.cluster.plan import DRAIN_S, WORKERS, Outcome, Plan

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.timeout(300)]
PLAN = Plan(
    kills=1, seconds=8, rate=15, seed=3, lease_s=5, freezes=1, cuts=1, silences=0, database_stops=1, ends=1, rolls=0
)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder: Path = tmp_path_factory.mktemp("cluster")
    return asyncio.run(run(PLAN, folder))


def test_cra_20_a_killed_worker_loses_doubles_and_reorders_nothing(outcome: Outcome) -> None:
    found = outcome.verdict
    assert outcome.faults["kill"] == 1
    assert (found.lost, found.doubled, found.reordered, found.gaps, found.dead_rows) == (0, 0, 0, 0, 0), report(outcome)
    assert found.turns >= outcome.messages


def test_cra_19_postgresql_that_stops_at_once_under_load_ends_no_worker_and_loses_nothing(outcome: Outcome) -> None:
    assert outcome.faults["database stop"] == 1
    assert (outcome.crashes, outcome.verdict.integrity, outcome.chains) == ([], "ok", []), report(outcome)
    assert (outcome.verdict.open_rows, outcome.verdict.states) == (0, 0), report(outcome)


def test_con_02_what_a_worker_frozen_past_its_lease_held_is_taken_over_and_it_changes_nothing(outcome: Outcome) -> None:
    assert outcome.faults["freeze"] == 1
    assert outcome.findings.taken_over > 0, report(outcome)
    assert outcome.findings.changes > 2 * outcome.messages
    assert outcome.findings.violations == []


def test_net_04_a_worker_cut_off_from_the_database_sends_nothing_after_its_lease(outcome: Outcome) -> None:
    assert outcome.faults["cut"] == 1
    assert outcome.findings.late == []
    assert outcome.plain_doubled <= outcome.plain_bound


def test_dep_07_a_graceful_end_under_load_takes_its_time_and_gives_back_what_it_holds(outcome: Outcome) -> None:
    assert len(outcome.ends) == 1 + WORKERS
    assert all(code == 0 and took_s < DRAIN_S for code, took_s in outcome.ends), outcome.ends
    assert outcome.kept == []


def test_tim_07_timers_and_moments_fire_once_whoever_dies(outcome: Outcome) -> None:
    assert outcome.wakings > 0
    assert outcome.ticks_wrong == []


def test_every_promise_holds(outcome: Outcome) -> None:
    assert outcome.ok, report(outcome)
