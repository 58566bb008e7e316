"""Users who do not give up: each sends a message until it gets a 2xx, with the same id, and writes down what it reads."""

import asyncio
import random
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.crash.script import Line, Nap, all_replies

BOT = "crash"
_ERRORS = (aiohttp.ClientError, OSError, TimeoutError)
TRY_LIMIT_S = 5.0
Door = Callable[[], str]
"""Says where the next request goes: a base URL."""


class Pace:
    """How long users think between messages: so long that the load lasts as long as the kills do."""

    def __init__(self, chance: random.Random, messages: int, users: int) -> None:
        self.chance = chance
        self.left = messages
        self.users = users
        self.uptime_left_s = 0.0
        self.over = False
        """All kills are done: nobody needs to wait any more."""

    async def think(self) -> None:
        """Waits a little, and counts one message."""
        self.left -= 1
        mean = 0.0 if self.over else self.users * self.uptime_left_s / max(1, self.left)
        await asyncio.sleep(self.chance.uniform(0.0, 2 * mean))


@dataclass(slots=True)
class Diary:
    """What one user knows."""

    acked: dict[int, int] = field(default_factory=dict)
    """Number of a message → its position in the thread, as the first 2xx said."""
    read: list[str] = field(default_factory=list)
    """The bot's lines, in the order of reading."""
    own: list[str] = field(default_factory=list)
    """The ids of the user's own messages, in the order of reading."""
    last_n: int = 0
    wrong: list[str] = field(default_factory=list)
    """What must never happen: a gap, another position for the same id, a wrong answer."""
    tries: int = 0
    """Requests in all, so that it can be seen how much was sent again."""


class User(ABC):
    """One user; each kind speaks its own protocol."""

    kind = ""
    channel = ""
    reads = False
    """Whether this kind of user reads the answers itself (the others get them through the sink)."""

    def __init__(self, name: str, door: Door, http: aiohttp.ClientSession, pace: Pace) -> None:
        self.name = name
        self.door = door
        self.http = http
        self.pace = pace
        self.chance = random.Random(pace.chance.random())
        self.diary = Diary()
        self.ids: dict[int, str] = {}
        self.thread = name
        self.stopped = False

    @property
    def base(self) -> str:
        """Where the next request goes."""
        return self.door()

    def line(self, number: int) -> Line:
        """What this user says."""
        return Line(self.name, number)

    def replies(self, messages: int) -> list[str]:
        """What this user must have been told after so many messages, in order."""
        return all_replies(self.name, messages)

    def wakings(self, messages: int) -> list[str]:
        """What timers must have brought besides, whenever."""
        return []

    async def run(self, messages: int) -> None:
        """Says everything, and makes sure that each message was taken."""
        await self.arrive()
        for number in range(1, messages + 1):
            await self.pace.think()
            await self.say(self.line(number))
            if self.chance.random() < 0.05:
                await self.say(self.line(number))  # the first answer was lost on the way, as it were

    async def say(self, line: Line) -> None:
        """Sends one message, with the same id until it is taken."""
        message_id = self.ids.setdefault(line.number, str(uuid.UUID(int=self.chance.getrandbits(128), version=4)))
        n = await self.until_done(lambda: self.send(line, message_id))
        first = self.diary.acked.setdefault(line.number, n)
        if first != n:
            self.diary.wrong.append(f"{line.text}: taken at {first}, and then at {n}")

    async def until_done(self, call: Any) -> Any:
        """What the call gives at last: it gives None for "not now" and may raise what networks raise."""
        while not self.stopped:
            self.diary.tries += 1
            try:
                async with asyncio.timeout(TRY_LIMIT_S):
                    result = await call()
            except _ERRORS:
                result = None
            if result is not None:
                return result
            await asyncio.sleep(self.chance.uniform(0.02, 0.15))
        raise asyncio.CancelledError

    async def arrive(self) -> None:
        """What comes before the first message."""
        return

    @abstractmethod
    async def send(self, line: Line, message_id: str) -> int | None:
        """One try: the position of the message, or None when it was not taken."""

    async def read_on(self) -> None:
        """Reads what is new in the thread, as long as it runs."""
        return

    def take_entry(self, entry: dict[str, Any]) -> None:
        """One entry of the thread: they come without a gap and in order."""
        diary, n = self.diary, int(entry["n"])
        if n <= diary.last_n:
            return
        if n != diary.last_n + 1:
            diary.wrong.append(f"{self.name}: entry {n} after {diary.last_n}")
        diary.last_n = n
        if entry["dir"] == "in":
            diary.own.append(entry["id"])
        else:
            diary.read.append(entry["body"]["text"])

    async def post(self, path: str, body: Any, **headers: str) -> dict[str, Any] | None:
        """The answer of a POST; None when it was not 200."""
        async with self.http.post(self.base + path, json=body, headers=headers) as answer:
            if answer.status == 200:
                found: dict[str, Any] = await answer.json()
                return found
            await self.refused(answer)
            return None

    async def refused(self, answer: aiohttp.ClientResponse) -> None:
        """A temporary refusal is waited for; any other is a mistake of somebody."""
        text = await answer.text()
        if answer.status not in (202, 429, 503):
            self.diary.wrong.append(f"{self.name}: status {answer.status}: {text[:200]}")
            await asyncio.sleep(0.5)
        elif answer.status == 429:
            await asyncio.sleep(0.3)


class ConverseUser(User):
    """Another program, over the API: it gets the answer with the response."""

    kind = "converse"
    channel = "api"
    reads = True
    key = ""

    async def send(self, line: Line, message_id: str) -> int | None:
        headers = {"Authorization": f"Bearer {self.key}"}
        found = await self.post(
            f"/api/v1/converse/{self.name}", {"text": line.text, "id": message_id, "wait_s": 4}, **headers
        )
        if found is None:
            return None
        said = [message["text"] for message in found["messages"]]
        if said != line.replies:
            self.diary.wrong.append(f"{line.text}: answered {said}, not {line.replies}")
        elif line.number not in self.diary.acked:
            self.diary.read += said
        return 0  # the answer tells the position of the last message, which is no promise about the first


class PushUser(User):
    """Somebody on a network that hands messages in by webhook and gets them by HTTP."""

    kind = "push"

    def __init__(self, channel: str, name: str, door: Door, http: aiohttp.ClientSession, pace: Pace) -> None:
        super().__init__(name, door, http, pace)
        self.channel = self.kind = channel

    async def send(self, line: Line, message_id: str) -> int | None:
        body = {"channel": self.channel, "thread": self.name, "id": message_id, "text": line.text}
        found = await self.post("/push", body)
        return None if found is None else int(found["n"])


class NapUser(PushUser):
    """The same; each message makes the bot set a timer."""

    def __init__(self, name: str, door: Door, http: aiohttp.ClientSession, pace: Pace) -> None:
        super().__init__("push-keyed", name, door, http, pace)
        self.kind = "push-timers"

    def line(self, number: int) -> Line:
        return Nap(self.name, number)

    def replies(self, messages: int) -> list[str]:
        return [reply for number in range(1, messages + 1) for reply in Nap(self.name, number).replies]

    def wakings(self, messages: int) -> list[str]:
        return [Nap(self.name, number).waking for number in range(1, messages + 1)]


class WebUser(User):
    """A browser with the web chat, over plain HTTP."""

    kind = "web"
    channel = "web"
    reads = True
    visitor = ""
    address = "127.0.0.1"

    @property
    def headers(self) -> dict[str, str]:
        """Who it is."""
        return {"Authorization": f"Visitor {self.visitor}", "X-Forwarded-For": self.address}

    async def arrive(self) -> None:
        session = await self.until_done(
            lambda: self.post(f"/web/{BOT}/session", {}, **{"X-Forwarded-For": self.address})
        )
        self.visitor = session["visitor"]
        made = await self.until_done(lambda: self.post(f"/web/{BOT}/conversations", {}, **self.headers))
        self.thread = made["id"]

    async def send(self, line: Line, message_id: str) -> int | None:
        body = {"id": message_id, "event": {"type": "message", "body": line.text}}
        found = await self.post(f"/web/{BOT}/conversations/{self.thread}/messages", body, **self.headers)
        return None if found is None else int(found["n"])

    async def read_on(self) -> None:
        """The long-poll fallback."""
        while not self.stopped:
            if self.thread == self.name:
                await asyncio.sleep(0.05)
                continue
            for entry in await self.until_done(self._poll):
                self.take_entry(entry)

    async def _poll(self) -> list[dict[str, Any]] | None:
        where = f"{self.base}/web/{BOT}/conversations/{self.thread}/messages"
        query = {"after": str(self.diary.last_n), "wait": "2"}
        async with self.http.get(where, params=query, headers=self.headers) as answer:
            if answer.status != 200:
                await self.refused(answer)
                return None
            found: list[dict[str, Any]] = (await answer.json())["entries"]
            return found
