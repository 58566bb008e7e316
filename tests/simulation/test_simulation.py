"""Many worlds keep the promises, each is the same again, and each way to break the product is found."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.simulation.mutants import LIMIT, MUTANTS, Mutant
from tests.simulation.run import main, quiet_logs, report, simulate

BLOCK = 20
BLOCKS = 7


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with quiet_logs():
        yield


@pytest.mark.parametrize("block", range(BLOCKS))
def test_all_promises_hold_in_twenty_worlds(block: int) -> None:
    for seed in range(1 + block * BLOCK, 1 + (block + 1) * BLOCK):
        outcome = simulate(seed)
        assert not outcome.error, report(outcome)


def test_all_promises_hold_in_sixty_storms() -> None:
    for seed in range(1, 61):
        outcome = simulate(seed, storm=True)
        assert not outcome.error, report(outcome)


def test_the_worlds_are_worth_looking_at() -> None:
    total = sum((simulate(seed).counts for seed in range(1, 31)), start=simulate(31).counts)
    missing = [
        kind for kind in ("crash", "freeze", "cut", "outage", "lossy", "deaf", "step", "stop") if not total[kind]
    ]
    assert missing == []
    assert min(total["events"], total["sends"]) > 100


def test_the_same_seed_is_the_same_world() -> None:
    first = [simulate(seed).digest for seed in range(1, 16)]
    assert [simulate(seed).digest for seed in range(1, 16)] == first
    assert len(set(first)) == 15


def test_the_same_seed_is_the_same_world_in_any_process() -> None:
    program = (
        "from tests.simulation.run import quiet_logs, simulate\n"
        "with quiet_logs():\n    print(*(simulate(seed).digest for seed in range(1, 9)))"
    )
    found = {_printed(program, hash_seed) for hash_seed in ("1", "4242")}
    assert found == {" ".join(simulate(seed).digest for seed in range(1, 9))}


def _printed(program: str, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60)
    return done.stdout.strip()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_each_way_to_break_it_is_found(mutant: Mutant) -> None:
    with mutant():
        assert storm_that_finds(mutant) is not None, f"{LIMIT} storms did not notice: {mutant.__doc__}"


def storm_that_finds(mutant: Mutant) -> int | None:
    """The seed of a storm that breaks a promise: the one that did so last, or else the first that does now."""
    seeds = (MUTANTS[mutant], *range(1, LIMIT + 1))
    return next((seed for seed in seeds if simulate(seed, storm=True).error), None)


def test_a_failure_prints_its_seed_its_end_and_how_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    mutant = next(iter(MUTANTS))
    with mutant():
        seed = str(storm_that_finds(mutant))
        code = main(["--first", seed, "--seeds", "1", "--processes", "1", "--storm"])
        printed = capsys.readouterr().out
        assert code == 1
        assert f"python -m tests.simulation.run --storm --seed {seed} --trace" in printed
        assert "1 BROKE A PROMISE" in printed
        assert 20 < len(printed.splitlines()) < 70
        assert main(["--seed", seed, "--trace", "--storm"]) == 1
    again = capsys.readouterr().out
    assert len(again.splitlines()) > len(printed.splitlines())
    assert again.splitlines()[-3] in printed
