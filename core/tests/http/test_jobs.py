"""Jobs over HTTP: how far they are, who may see and steer them, and what comes out."""

import asyncio
import json
from typing import Any

from core.tests.http.house import House, Someone
from core.tests.http.sockets import connected, cookies_of

from gutenbot.accounts import audit
from gutenbot.accounts.lines import Line, Who
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel.errors import Temporary


class Busy(Temporary):
    """Not now."""

    code = "test.busy"


def contribute(house: House, name: str, step: Any) -> None:
    house.served.app.registries["jobs"].add(name, JobKind(step, "things"), "test")


async def lines_of(house: House, number: int) -> None:
    """So many lines in the audit log."""

    def work(db: Any) -> None:
        for n in range(number):
            audit.append(
                db, Who("system", "test", "test"), Line(verb="test.made", object="thing", what=f"thing {n}"), n + 1
            )

    await house.desk.write(work)


async def until(owner: Someone, job: str, *states: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while (found := await owner.get(f"/jobs/{job}"))["state"] not in states:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return dict(found)


async def test_the_audit_log_becomes_a_file_without_holding_anybody_up(house: House) -> None:
    owner = await house.owner()
    await lines_of(house, 2500)
    async with connected(house.served.server, cookies_of(owner)) as page:
        await page.subscribe("jobs")
        job = await owner.do("POST", "/audit/exports?verb=test.made")
        assert (job["state"], job["total"], job["unit"]) == ("queued", 2500, "lines")
        told = [(await page.told())["data"] for _ in range(2)]
        while told[-1]["state"] != "done":
            told.append((await page.told())["data"])
        assert [one["state"] for one in told[:2]] == ["queued", "running"]
        assert (told[-1]["done"], told[-1]["file"]) == (2500, "audit.jsonl")
    answer = await owner.call("GET", f"/jobs/{job['id']}/result")
    assert 'filename="audit.jsonl"' in answer.headers["content-disposition"]
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["what"] for line in lines] == [f"thing {n}" for n in range(2500)]
    assert (await owner.get("/audit?verb=audit.exported"))["items"][0][
        "what"
    ] == "began to export 2500 lines of the audit log"


async def test_an_export_holds_the_lines_of_its_beginning(house: House) -> None:
    owner = await house.owner()
    await lines_of(house, 3)
    job = await owner.do("POST", "/audit/exports?verb=test.made")
    await lines_of(house, 2)
    await until(owner, job["id"], "done")
    answer = await owner.call("GET", f"/jobs/{job['id']}/result")
    assert len(answer.text.splitlines()) == 3


async def test_all_dead_letters_of_a_bot_are_run_again_once(house: House) -> None:
    owner = await house.owner()
    key = await owner.do("POST", "/keys", {"name": "talk", "role": "agent"})
    for n in range(30):
        body = {"text": "boom", "user": f"ann{n}"}
        await house.served.say(body, f"ann{n}", headers={"authorization": f"Bearer {key['key']}"})
    before = (await owner.get("/bots/echo/dead-letters?limit=200"))["items"]
    assert len(before) == 30
    job = await owner.do("POST", "/bots/echo/dead-letters/replay")
    assert (await until(owner, job["id"], "done"))["done"] == 30
    async with asyncio.timeout(10):
        while len(after := (await owner.get("/bots/echo/dead-letters?limit=200"))["items"]) < 30:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert {one["seq"] for one in before}.isdisjoint({one["seq"] for one in after}), "each ran again, and died again"


async def test_a_job_can_be_paused_resumed_and_cancelled(house: House) -> None:
    owner = await house.owner()
    going = asyncio.Event()

    async def step(app: Any, at: At) -> Stepped:
        await going.wait()
        await asyncio.sleep(0.01)
        return Stepped(cursor=at.done + 1, done=at.done + 1, total=1000)

    contribute(house, "slow", step)
    job = (await house.served.app.jobs.start("slow", title="Slow", by=Who("account", owner.id, "Olga")))["id"]
    await until(owner, job, "running")
    assert (await owner.do("POST", f"/jobs/{job}/pause"))["wanted"] == "pause"
    going.set()
    paused = await until(owner, job, "paused")
    assert await owner.refused("POST", f"/jobs/{job}/pause") == "jobs.wrong-state"
    await asyncio.sleep(0.1)
    assert (await owner.get(f"/jobs/{job}"))["done"] == paused["done"] >= 1
    await owner.do("POST", f"/jobs/{job}/resume")
    async with asyncio.timeout(10):
        while (await owner.get(f"/jobs/{job}"))["done"] < paused["done"] + 50:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    found = await owner.get(f"/jobs/{job}")
    assert found["rate"] > 1
    assert 0 < found["eta_s"] < 1000
    await owner.do("POST", f"/jobs/{job}/cancel")
    cancelled = await until(owner, job, "cancelled")
    assert cancelled["ended"]
    assert await owner.refused("POST", f"/jobs/{job}/resume") == "jobs.wrong-state"
    verbs = [line["verb"] for line in (await owner.get(f"/audit?object_id={job}"))["items"]]
    assert verbs == ["job.cancelled", "job.resumed", "job.paused"]


async def test_a_step_that_fails_is_tried_again_or_says_why(house: House) -> None:
    owner = await house.owner()
    tried: list[int] = []

    async def shaky(app: Any, at: At) -> Stepped:
        tried.append(at.done)
        if len(tried) == 1:
            raise Busy
        if len(tried) == 2:
            raise RuntimeError("broken on purpose")
        return Stepped(cursor=None, done=at.done + 1, finished=at.done == 1)

    contribute(house, "shaky", shaky)
    job = (await house.served.app.jobs.start("shaky", title="Shaky", by=Who("account", owner.id, "Olga")))["id"]
    await until(owner, job, "queued")
    house.clock.ahead_s += 2
    house.served.app.jobs.wake()
    failed = await until(owner, job, "failed")
    assert failed["error"] == "RuntimeError: broken on purpose"
    await owner.do("POST", f"/jobs/{job}/resume")
    assert (await until(owner, job, "done"))["done"] == 2
    assert tried == [0, 0, 0, 1]


async def test_jobs_of_others_are_seen_and_steered_only_with_the_permission(house: House) -> None:
    owner = await house.owner()
    analyst = await house.member(owner, "analyst")
    developer = await house.member(owner, "developer", "dev")
    job = (await owner.do("POST", "/audit/exports?verb=nothing"))["id"]
    await until(owner, job, "done")
    assert (await analyst.get("/jobs"))["items"] == []
    for path in (f"/jobs/{job}", f"/jobs/{job}/result"):
        assert await analyst.refused("GET", path) == "jobs.no-job"
    assert await analyst.refused("POST", f"/jobs/{job}/cancel") == "jobs.no-job"
    assert [one["id"] for one in (await developer.get("/jobs"))["items"]] == [job]
    assert (await developer.call("GET", f"/jobs/{job}/result")).status_code == 200
    await owner.do("PUT", "/roles/helper", {"title": "Helper", "permissions": ["jobs:own", "jobs:read"]})
    helper = await house.member(owner, "helper")
    assert await helper.refused("GET", f"/jobs/{job}/result") == "http.forbidden", "the lines need audit:read"
    assert await helper.refused("POST", f"/jobs/{job}/cancel") == "http.forbidden"


async def test_results_leave_after_a_week_and_jobs_after_three_months(house: House) -> None:
    owner = await house.owner()
    await lines_of(house, 2)
    job = (await owner.do("POST", "/audit/exports?verb=test.made"))["id"]
    await until(owner, job, "done")
    jobs = house.served.app.jobs
    for days, state in ((6, 200), (8, 404)):
        house.clock.ahead_s = days * 86_400
        await jobs.forget()
        house.clock.ahead_s = 0
        assert (await owner.call("GET", f"/jobs/{job}/result")).status_code == state
    assert (await owner.get(f"/jobs/{job}"))["state"] == "done"
    house.clock.ahead_s = 91 * 86_400
    await jobs.forget()
    house.clock.ahead_s = 0
    assert await owner.refused("GET", f"/jobs/{job}") == "jobs.no-job"
