"""The process ends at each point of a turn: afterwards everything is as if it had not. CRA-01 to CRA-14."""

import asyncio
import json
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.crash.checks import place_of
from tests.crash.server import crash_points
from tests.crash.waiting import until
from tests.crash.world import World, world

TOP = Path(__file__).parents[2]
HERE = (
    "accept.before accept.inside accept.after record.after commit.before commit.inside commit.after "
    "send.claimed send.answered send.finished start recover.inside"
).split()
_INSTALLING = "core/tests/app/test_installing.py"
_STAGED = "core/tests/app/test_staged.py"
_FILES = "core/tests/cli/test_content_files.py"
_TRANSFER = "core/tests/cli/test_content_transfer.py"
ELSEWHERE = {
    **dict.fromkeys(("content.publishing", "content.published", "content.pulling", "content.pulled"), _FILES),
    "content.holding": "core/tests/http/test_content_held.py",
    **dict.fromkeys(("content.importing", "content.imported"), _TRANSFER),
    **dict.fromkeys(("module.unpacked", "module.placed", "module.manifest", "module.installed"), _INSTALLING),
    "module.started": _STAGED,
}
"""Points that belong to no turn, and the tests that end a process there (CRA-15, CRA-16)."""


@pytest.fixture
async def here(tmp_path: Path) -> AsyncGenerator[World]:
    async with world(tmp_path) as found:
        yield found


def test_every_crash_point_of_the_product_has_a_test() -> None:
    for point, file in ELSEWHERE.items():
        assert point in (TOP / file).read_text("utf-8"), f"{file} does not end a process at {point}"
    assert sorted([*HERE, *ELSEWHERE]) == crash_points()


async def test_cra_01_before_the_insert_the_sender_tries_again_and_there_is_one_turn(here: World) -> None:
    await here.crash("accept.before:2")


async def test_cra_02_inside_the_insert_nothing_is_stored_and_the_sender_tries_again(here: World) -> None:
    await here.crash("accept.inside:2")


async def test_cra_03_after_the_insert_and_before_the_2xx_the_second_try_is_a_duplicate(here: World) -> None:
    await here.crash("accept.after:2")


async def test_cra_04_after_the_2xx_and_before_the_claim_it_is_picked_up_within_two_seconds(here: World) -> None:
    user = here.user("push-keyed")
    here.hold("note")
    await here.start()
    await here.say(user, [1, 2, 3])  # the first one is held, the others are not even claimed
    await here.kill()
    here.let_go("note")
    await here.start()
    assert await until(lambda: len(here.sink.seen[user.name]) == 6, 2.0)
    await here.finish(None, 3)


async def test_cra_05_after_the_claim_and_before_the_handler_there_is_one_turn(here: World) -> None:
    user = here.user("push-keyed")
    here.hold("note")
    await here.start("commit.after:1")
    await here.say(user, [1, 2])
    here.let_go("note")  # the commit of the first one claims the second one
    await here.died()
    await here.start()
    await here.finish(None, 2)


async def test_cra_06_a_recorded_step_is_not_repeated(here: World) -> None:
    verdict = await here.crash("record.after:2", kinds=["push-keyed"])
    assert verdict.steps_repeated == 0


async def test_cra_06_a_step_that_was_not_recorded_is_repeated_with_the_same_key(here: World) -> None:
    user = here.user("push-keyed")
    here.hold("note")
    await here.start()
    await here.say(user, [1])
    assert await until(lambda: len(here.effects()) == 1, 5.0)
    await here.kill()
    here.let_go("note")
    await here.start()
    verdict = await here.finish(None, 1)
    keys = [json.loads(line)[0] for line in here.effects()]
    assert len(keys) == 2 and keys[0] == keys[1]
    assert verdict.steps_repeated == 1


async def test_cra_07_of_three_lines_none_is_sent_before_all_are_said(here: World) -> None:
    user = here.user("push-plain")
    await here.start()
    await here.say(user, [1])
    assert await until(lambda: len(here.sink.seen[user.name]) == 2, 5.0)
    here.hold("say")
    await here.say(user, [2])
    assert await until(lambda: len(here.effects()) == 2, 5.0)
    await asyncio.sleep(0.2)
    await here.kill()
    assert len(here.sink.seen[user.name]) == 2
    here.let_go("say")
    await here.start()
    await here.finish(None, 2)
    assert len(here.sink.seen[user.name]) == 5


async def test_cra_08_inside_the_commit_it_is_all_or_nothing(here: World) -> None:
    await here.crash("commit.inside:3")


async def test_cra_09_after_the_commit_and_before_the_send_it_is_sent_once(here: World) -> None:
    await here.crash("commit.after:1", kinds=["push-plain"])
    assert here.sink.repeats("push") == 0


async def test_cra_10_after_the_send_was_claimed_it_is_sent_once(here: World) -> None:
    await here.crash("send.claimed:3", kinds=["push-plain"])  # one user: nothing else is on its way
    assert here.sink.repeats("push") == 0


@pytest.mark.parametrize("kind", ["push-keyed", "push-plain"])
async def test_cra_11_request_sent_and_no_answer_one_repeat_that_a_key_absorbs(here: World, kind: str) -> None:
    user = here.user(kind)
    here.sink.during = asyncio.Event()
    await here.start()
    await here.say(user, [1])
    await asyncio.wait_for(here.sink.during.wait(), 30)
    await here.kill()
    here.sink.go_on.set()
    await here.start()
    await here.finish(None, 1)
    assert here.sink.repeats(kind) == 1
    assert len(here.sink.seen[user.name]) == (2 if kind == "push-keyed" else 3)


async def test_cra_12_answer_received_and_not_recorded_at_most_what_was_in_flight_is_repeated(here: World) -> None:
    await here.crash("send.answered:4", kinds=["push-plain", "push-keyed"])
    assert 1 <= here.sink.repeats("push") <= 2  # one for each of the two users


async def test_cra_13_a_graceful_end_finishes_turns_and_gives_the_rest_back(here: World) -> None:
    user = here.user("push-keyed")
    here.hold("note")
    await here.start()
    await here.say(user, [1, 2, 3])
    here.server.terminate()
    await asyncio.sleep(0.3)
    assert here.server.alive  # the turn is still running
    here.let_go("note")
    assert await here.server.wait() == 0
    assert len(here.effects()) == 1
    await here.start()
    await here.finish(None, 3)


async def test_cra_13_a_second_signal_ends_at_once_and_is_safe(here: World) -> None:
    user = here.user("push-keyed")
    here.hold("note")
    await here.start()
    await here.say(user, [1, 2, 3])
    here.server.terminate()
    await asyncio.sleep(0.3)
    here.server.terminate()
    assert await here.server.wait(2.0) in (1, -signal.SIGTERM)
    here.let_go("note")
    await here.start()
    await here.finish(None, 3)


async def test_cra_14_five_deaths_in_a_row_during_recovery_converge(here: World) -> None:
    users = [here.user("push-keyed") for _ in range(5)]
    here.hold("note")
    await here.start()
    for user in users:
        await here.say(user, [1, 2, 3])
    await here.kill()
    for point in ("recover.inside", "start", "recover.inside", "recover.inside", "start"):
        await here.start(f"{point}:1")
        await here.died()
    here.let_go("note")
    await here.start()
    await here.finish(None, 3)
    assert len({place_of(user) for user in users}) == 5
