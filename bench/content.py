"""Edited content: how long lists, filters and searches take beside thousands of items, and what saying five of them costs."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from bench.tables import Table, goal
from gutenbot import Bot
from gutenbot.accounts.lines import SYSTEM
from gutenbot.app.app import App, Mode
from gutenbot.app.console_settings import ConsoleSettings
from gutenbot.app.settings import Settings
from gutenbot.content import Library, load_library
from gutenbot.editing import drafts
from gutenbot.editing.publishing import About, Wanted, publish
from gutenbot.editing.rows import Moment, Spot
from gutenbot.events.messages import TextMessage
from gutenbot.http import make_asgi
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.sqlite import SqliteStorage

ITEMS, QUESTIONS = 5_000, 2_200
AT = "/api/v1/bots/shop/content"
WORDS = "parcel order size colour delivery refund invoice voucher store address weight customs".split()
ASKED = {
    "first page": "",
    "search of one word": "?q=refund",
    "search of two words": "?q=voucher+customs",
    "by state": "?state=live&limit=50",
    "missing in French": "?missing=fr&limit=50",
    "last edited first": "?sort=-edited",
    "by type, page of 200": "?type=text&limit=200",
    "unused": "?unused=true",
}
FLOOR = "floor: the smallest answer of this part of the API"


def measure(folder: Path, *, items: int = ITEMS, questions: int = QUESTIONS, times: int = 40) -> list[Table]:
    """The list over the API, and rendering."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = asyncio.run(_listed(folder, items, questions, times))
    return [_table(listed, items, questions), _rendering(folder)]


Spent = tuple[float, float]
"""Seconds that went by, and seconds of CPU."""


async def _listed(folder: Path, items: int, questions: int, times: int) -> dict[str, list[Spent]]:
    bot = Bot("shop")
    bot.folder = folder / "bot"
    _write_files(bot.content_folder, items)
    app = App([bot], SqliteStorage(folder / "content.db", SystemClock()), mode=Mode(threaded=False))
    await app.start()
    try:
        await _ask_and_answer(app, questions)
        server = make_asgi(app, Settings.model_validate({"dev": True}), ConsoleSettings())
        transport = httpx2.ASGITransport(app=server)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            found = {
                "the API itself, made when it is first asked for": await _times(1, lambda: _get(client, "/wording"))
            }
            found["the very first list"] = await _times(1, lambda: _get(client, ""))
            found[FLOOR] = await _times(times, lambda: _get(client, "/wording"))
            for name, query in ASKED.items():
                found[name] = await _times(times, lambda query=query: _get(client, query))  # type: ignore[misc]
            found["facets"] = await _times(times, lambda: _get(client, "/facets"))
            found["one item"] = await _times(times, lambda: _get(client, "/items/item.100"))
            found["a draft, kept on the disk"], found["the list after a draft"] = await _edits(client, times)
        return found
    finally:
        await app.stop()


def _write_files(folder: Path, items: int) -> None:
    """Items of one or two messages in fifty files; every second one in French as well."""
    folder.mkdir(parents=True)
    chance = random.Random(7)
    for number in range(50):
        english, french = [], []
        for item in range(number, items, 50):
            words = " ".join(chance.choices(WORDS, k=12))
            english.append(f"item.{item}:\n  - text: About {words}, {{{{ name | default('you') }}}}.\n")
            if item % 2:
                french.append(f"item.{item}:\n  - text: De {words}.\n")
        (folder / f"part{number}.yaml").write_text("".join(english), encoding="utf-8")
        (folder / f"part{number}.fr.yaml").write_text("".join(french), encoding="utf-8")


async def _ask_and_answer(app: App, questions: int) -> None:
    """Questions and answers that were made in the console, published a hundred at a time."""
    desk = app.content.desk
    chance = random.Random(8)
    ground = await desk.ground("shop")
    for start in range(0, questions, 100):
        by = Moment(SYSTEM, desk.now_ms())

        def work(db: Any, start: int = start, by: Moment = by) -> Any:
            wanted = []
            for number in range(start, min(start + 100, questions)):
                spot = Spot("shop", f"qna.q{number}", "en")
                words = " ".join(chance.choices(WORDS, k=20))
                saved = drafts.save(db, spot, f"- text: It is about {words}.\n", by)
                wanted.append(Wanted(spot.item, spot.locale, saved.n))
            return publish(db, ground, wanted, by, About()), None

        await desk.change("shop", by, work, live=True)


async def _get(client: httpx2.AsyncClient, query: str) -> None:
    answer = await client.get(f"{AT}{query}")
    assert answer.status_code == 200, answer.text


async def _edits(client: httpx2.AsyncClient, times: int) -> tuple[list[Spent], list[Spent]]:
    """What the editor does every 0.8 s while somebody types, and what lists of others then show."""
    drafts: list[Spent] = []
    lists: list[Spent] = []
    for _ in range(times):
        drafts += await _times(1, lambda: _edit(client))
        lists += await _times(1, lambda: _get(client, "?q=edited"))
    return drafts, lists


async def _edit(client: httpx2.AsyncClient) -> None:
    body = {"yaml": f"- text: Edited at {time.perf_counter_ns()}.\n"}
    answer = await client.put(f"{AT}/items/item.7/locales/en/draft", json=body)
    assert answer.status_code == 200, answer.text


async def _times(times: int, call: Callable[[], Awaitable[None]]) -> list[Spent]:
    found = []
    for _ in range(times):
        started, cpu = time.perf_counter(), time.process_time()
        await call()
        found.append((time.perf_counter() - started, time.process_time() - cpu))
    return found


def _table(found: dict[str, list[Spent]], items: int, questions: int) -> Table:
    table = Table(
        f"The list of content: {items} items of files and {questions} of the console, over the API",
        ["", "p50 ms", "p95 ms", "CPU p50 ms", "CPU to the floor"],
    )
    worst = worst_ratio = 0.0
    floor = _middle([cpu for _, cpu in found[FLOOR]])
    for name, spent in found.items():
        seconds = [one for one, _ in spent]
        ordered = sorted(seconds)
        cpu = _middle([one for _, one in spent])
        late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        worst = max(worst, late if len(seconds) > 1 else 0.0)
        worst_ratio = max(worst_ratio, cpu / floor if len(seconds) > 1 else 0.0)
        middle = f"{ordered[len(ordered) // 2] * 1000:.0f}"
        table.add(name, middle, f"{late * 1000:.0f}", f"{cpu * 1000:.1f}", f"{cpu / floor:.1f}")
    table.notes = [
        f"The slowest p95 is {worst * 1000:.0f} ms. Goal ≤ 300 ms: {goal(worst <= 0.3)}.",
        f"The most CPU is {worst_ratio:.1f} times that of the floor, which no other load on the machine changes.",
    ]
    return table


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _rendering(folder: Path) -> Table:
    """Five items with names in them, as a turn says them, against plain formatting of the same words."""
    content = folder / "said"
    content.mkdir()
    lines = [
        f"say.{n}:\n  - text: Hello {{{{ user.first_name | default('friend') }}}}, it is {{{{ eta }}}} ({n}).\n"
        for n in range(5)
    ]
    (content / "say.yaml").write_text("".join(lines), encoding="utf-8")
    library = load_library(content)
    data = {"user": {"first_name": "Uma"}, "eta": "9"}
    ours, floor = _least(lambda: _say(library, data)), _least(lambda: _format(data))
    table = Table("Saying five items of content in a turn", ["", "CPU µs"])
    table.add("five items rendered", f"{ours:.0f}")
    table.add("floor: the same words by str.format, five messages made", f"{floor:.1f}")
    table.notes = [
        f"Ratio to the floor: {ours / floor:.0f}. A turn spends {ours / 1000:.2f} ms. Goal < 1 ms: {goal(ours < 1000)}."
    ]
    return table


def _say(library: Library, data: dict[str, Any]) -> None:
    chance = random.Random(1)
    for number in range(5):
        library.render(f"say.{number}", data, locale="en", channel="web", random=chance)


def _format(data: dict[str, Any]) -> None:
    for number in range(5):
        TextMessage("Hello {}, it is {} ({}).".format(data["user"]["first_name"], data["eta"], number))


def _least(function: Callable[[], None]) -> float:
    """CPU µs of a call, the least of some tries."""
    least = float("inf")
    for _ in range(5):
        started = time.thread_time_ns()
        for _ in range(500):
            function()
        least = min(least, (time.thread_time_ns() - started) / 500_000)
    return least
