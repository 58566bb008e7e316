"""Sample data (`gutenbot demo --scale`): people who talked to the bots over the last weeks, and a team; always the same ones.

Everything is handed in as a channel would do it and handled by the bots themselves; nothing is written behind their backs.
Handed in again, it is known already.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from gutenbot.accounts import people as team
from gutenbot.accounts.desk import Db, Desk
from gutenbot.accounts.lines import Line, Who
from gutenbot.app.app import App, Mode
from gutenbot.events.incoming import MessageEvent
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import Arrival, UserPatch
from gutenbot.testing.clock import FakeClock
from gutenbot.testing.transcript import read_transcript

DAYS = 30
WEB = ChannelId("web")
SEED = 2017
_TAP = re.compile(r"\[(.+)\]")
_MODE = Mode(threaded=False, timers=False, pace=False)
_NAMES = (
    "Uma Patel:en", "Jürgen Müller:de", "Chloé Dubois:fr", "ليلى حسن:ar", "Mia Chen:en", "Günther Özdemir:de", "Amélie Roux:fr",
    "يوسف العلي:ar", "Sam O'Neill:en", "Zoë van der Berg:en", "François Lefèvre:fr", "Anneliese Groß:de", "نور الدين:ar",
    "Ann:en", "Maximilian Alexander von und zu Hohenstein-Wolkenburg:de", "Ngozi Okafor:en", "José García Márquez:en",
    "李小龍:en", "Øyvind Ågård:en", "Siobhán Ní Bhraonáin:en",
)  # fmt: skip
_TEAM = (
    ("Ada Admin", "admin"), ("Dev Okoro", "developer"), ("Eli Editor", "editor"), ("Mara Market", "marketer"),
    ("Agnes Agent", "agent"), ("Ana Lyst", "analyst"), ("Bo Office", "back-office"), ("Audrey Tor", "auditor"),
)  # fmt: skip
_SMALL_TALK = ("hello", "What can you do?", "help", "thanks!", "😀", "never mind")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a sample person, and when."""

    at: datetime
    bot_id: BotId
    person: int
    k: int
    text: str

    def arrival(self, channel_id: ChannelId) -> Arrival:
        """As a channel hands it in."""
        thread = f"sample-{self.person}"
        return Arrival(
            bot_id=self.bot_id, channel_id=channel_id, thread=thread, sender=thread, external_id=f"{thread}-{self.k}",
            conversation_id=conversation_id(self.bot_id, channel_id, thread), event=MessageEvent(body=self.text),
            received_ms=to_ms(self.at),
        )  # fmt: skip


def name_of(person: int) -> tuple[str, str]:
    """What the n-th person is called, and the language they speak."""
    name, _, locale = _NAMES[person % len(_NAMES)].rpartition(":")
    again = person // len(_NAMES)
    return (f"{name} {again + 1}" if again else name), locale


def scripts(folder: Path) -> list[list[str]]:
    """What users say in the transcripts of a bot; small talk where there are none."""
    found = []
    for path in sorted(folder.glob("tests/**/*.chat.md")):
        for scenario in read_transcript(path.read_text("utf-8")):
            lines = [block.action.removeprefix("> ") for block in scenario.blocks if block.action.startswith("> ")]
            found.append([tap[1] if (tap := _TAP.fullmatch(line)) else line for line in lines])
    return [lines for lines in found if lines] or [list(_SMALL_TALK)]


def conversations(bots: Mapping[BotId, Path], scale: int, until: datetime) -> list[Said]:
    """Everything that `scale` people of each bot say in the weeks before, in order. Many leave in the middle."""
    said: list[Said] = []
    for bot_id, folder in sorted(bots.items()):
        chance, lines = Random(f"{SEED} {bot_id}"), scripts(folder)  # noqa: S311 - the same at every time
        for person in range(scale):
            said += _of(person, bot_id, lines, chance, until)
    return sorted(said, key=lambda one: (one.at, one.bot_id, one.person, one.k))


def _of(person: int, bot_id: BotId, lines: Sequence[list[str]], chance: Random, until: datetime) -> Iterator[Said]:
    k, at = 0, until - timedelta(days=DAYS * chance.random() ** 1.5, minutes=30)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        script = chance.choice(lines)
        for text in script[: chance.randint(1, len(script)) if chance.random() < 0.4 else None]:
            at += timedelta(seconds=chance.uniform(3, 40))
            if at < until:
                yield Said(at, bot_id, person, k, text)
            k += 1
        at += timedelta(hours=chance.uniform(1, 60))


async def fill(
    bots: Sequence[Bot],
    modules: Sequence[Module],
    make_storage: Callable[[FakeClock], Storage],
    *,
    scale: int,
    until: datetime,
    channel_id: ChannelId = WEB,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Fills a database; returns how many messages were new. `progress` is told how far it is, now and then."""
    said = conversations({BotId(bot.id): bot.folder for bot in bots}, scale, until)
    clock = FakeClock(said[0].at if said else until)
    app = App([*modules, *bots], make_storage(clock), clock=clock, mode=_MODE)
    await app.start()
    new = 0
    try:
        for number, one in enumerate(said):
            clock.advance(max(timedelta(), one.at - clock.now()))
            (kept,) = await app.turns.accept([one.arrival(channel_id)])
            new += not kept.duplicate
            await _handled(app, clock)
            if one.k == 0 and not kept.duplicate:
                await _introduce(app, one, channel_id)
            if number % 200 == 0:
                progress(number, len(said))
        await _staff(Desk(app.storage, clock))
        progress(len(said), len(said))
    finally:
        clock.hurry(True)
        await app.stop()
    return new


async def _handled(app: App, clock: FakeClock) -> None:
    """Waits for the turn; what sleeps in it sleeps no longer."""
    clock.hurry(True)
    await app.turns.idle()
    clock.hurry(False)


async def _introduce(app: App, one: Said, channel_id: ChannelId) -> None:
    """The profile of who spoke for the first time."""
    name, locale = name_of(one.person)
    user = await app.storage.find_user(one.bot_id, channel_id, f"sample-{one.person}")
    if user is not None:
        patch = UserPatch(profile={"name": name, "locale": locale}, tags={"sample": ""})
        await app.storage.patch_user(one.bot_id, user.user_id, patch, to_ms(one.at))


async def _staff(desk: Desk) -> None:
    """A team with one person for each role. Nobody knows their passwords, so nobody can sign in as one of them."""
    who = Who("system", "sample", "sample data", "")

    def add(name: str, role: str) -> Callable[[Db], tuple[None, Line]]:
        def work(db: Db) -> tuple[None, Line]:
            row = team.add(db, desk.now_ms(), email=_email(name), name=name, role=role, password="")
            line = Line(verb="account.made", object="account", object_id=row["id"], what=f"{name} joined as {role}")
            return None, line

        return work

    known = await desk.read(lambda db: {account["email"] for account in team.listed(db, 1000, "")})
    for name, role in _TEAM:
        if _email(name) not in known:
            await desk.change(who, add(name, role))


def _email(name: str) -> str:
    return f"{name.partition(' ')[0].lower()}@example.org"
