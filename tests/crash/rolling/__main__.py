"""`python -m tests.crash.rolling COMMIT [--minutes 10]`: deploys this tree over a commit, server by server, under load."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psycopg
from core.tests.storage.postgres.servers import Server

from tests.crash.rolling.releases import TOP, Place, older

USERS = 30
PAUSE_S = 0.25
_KEPT = "SELECT state, count(*) FROM inbox GROUP BY state"
_SAID = "SELECT count(*), count(DISTINCT (conversation_id, cause, k)) FROM outbox"


@dataclass
class Load:
    """Users who do not give up, through any of the servers, and what they saw."""

    places: list[Place]
    key: str
    until: float
    answered: int = 0
    again: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    async def user(self, http: aiohttp.ClientSession, name: str, chance: random.Random) -> None:
        """Says one thing after the other; each must be answered once, in order."""
        n = 0
        while time.monotonic() < self.until:
            n += 1
            said = {"id": f"{name}:{n}", "text": f"{name}-{n}", "wait_s": 20}
            while (found := await self._say(http, name, said, chance)) is None:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(PAUSE_S)
            self.answered += 1
            if f"{n}: {name}-{n}" not in found:
                self.wrong.append(f"{name}, message {n}: {found[:200]}")
            await asyncio.sleep(chance.uniform(0, 2 * PAUSE_S))

    async def _answer(
        self, http: aiohttp.ClientSession, name: str, said: dict[str, object], chance: random.Random
    ) -> str:
        """The answer, asked for until it is there."""
        while True:
            found = await self._say(http, name, said, chance)
            if found is not None:
                return found
            await asyncio.sleep(PAUSE_S)

    async def _say(
        self, http: aiohttp.ClientSession, name: str, said: dict[str, object], chance: random.Random
    ) -> str | None:
        """The answer; None when it is to be said again."""
        url = f"{chance.choice(self.places).url}/api/v1/converse/{name}"
        try:
            async with http.post(url, json=said, headers={"Authorization": f"Bearer {self.key}"}) as answer:
                text = await answer.text()
                if answer.status == 200:
                    return text
                self.again[str(answer.status)] += 1
                if answer.status not in (202, 503):
                    self.wrong.append(f"{name}: {answer.status} {text[:200]}")
        except aiohttp.ClientError as error:
            self.again[type(error).__name__] += 1
        return None


async def ready(http: aiohttp.ClientSession, place: Place) -> None:
    """Waits until a server takes events."""
    async with asyncio.timeout(90):
        while True:
            try:
                async with http.get(f"{place.url}/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


async def deploy(http: aiohttp.ClientSession, places: list[Place], pause_s: float) -> list[str]:
    """One server after the other ends and comes back as this release; between two, both releases work."""
    trouble = []
    for place in places:
        await asyncio.sleep(pause_s)
        if code := await asyncio.to_thread(place.stop):
            trouble.append(f"a server of the older release ended with {code}")
        place.start(TOP)
        await ready(http, place)
        print(f"{place.url}: this release runs", flush=True)
    await asyncio.sleep(pause_s)
    return trouble


async def run(commit: str, minutes: float, servers: int) -> list[str]:
    """What was wrong."""
    database = Server()
    url = database.new_database(migrated=False)
    pause_s = minutes * 60 / (servers + 1)
    with tempfile.TemporaryDirectory() as folder, older(commit, Path(folder) / "older") as tree:
        places = [Place(Path(folder) / f"server-{number}", url) for number in range(servers)]
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as http:
                for place in places:
                    place.start(tree)
                    await ready(http, place)
                load = Load(places, places[0].key(tree), time.monotonic() + minutes * 60)
                users = [asyncio.create_task(load.user(http, f"user-{n}", random.Random(n))) for n in range(USERS)]
                wrong = await deploy(http, places, pause_s)
                await asyncio.gather(*users)
        finally:
            for place in places:
                await asyncio.to_thread(place.stop)
        wrong += load.wrong
        with psycopg.connect(url) as db:
            kept: dict[str, int] = dict(db.execute(_KEPT).fetchall())
            said = db.execute(_SAID).fetchone()
    database.close()
    print(f"{load.answered:,} messages answered, said again: {dict(load.again)}; events {kept}; answers {said}")
    if kept != {"done": load.answered}:
        wrong.append(f"{load.answered} messages were answered, the database has {kept}")
    if said != (load.answered, load.answered):
        wrong.append(f"{load.answered} messages were answered, the database has {said} answers")
    return wrong


def main() -> int:
    """Parses the arguments; 0 when nothing was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit", help="the older release: a tag or a commit")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--servers", type=int, default=2)
    given = parser.parse_args()
    wrong = asyncio.run(run(given.commit, given.minutes, given.servers))
    print("\n".join(wrong[:20]) or "nothing was lost, doubled or out of order")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
