"""Conversations as files that a product person can read: `*.chat.md`. Reads, runs, compares and rewrites them.

    > words that the user says        --- restart ---
    > [Title that the user taps]      --- 3 hours later ---
    > (file: photo.png)               --- user Bob (fr, on sms) ---
    What the bot says  [Yes] [No]     --- event paid {"key": "7"} ---

A message of several lines goes on in lines that are indented by two blanks. `## Heading` begins a scenario; words before its
first `>` or `---` are prose, and lines with a `#` are comments.
"""

import asyncio
import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gutenbot.events.incoming import Incoming, LocationEvent, MessageEvent
from gutenbot.modules.bot import Bot
from gutenbot.modules.module import Module
from gutenbot.testing.bot import TestBot
from gutenbot.testing.notation import lines_of
from gutenbot.testing.user import TestUser

_NOTE = re.compile(r"---\s*(.+?)\s*-{3,}\s*")
_TAP = re.compile(r"\[(.+)\]")
_THING = re.compile(r"\((file|location|form):\s*(.*)\)")
_LATER = re.compile(r"(.+?)\s+later")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)s?")
_USER = re.compile(r"user\s+([^(]+?)\s*(?:\((.*)\))?")
_EVENT = re.compile(r"event\s+(\S+)\s*(\{.*\})?")


class TranscriptDiffers(AssertionError):
    """The bot says something else than the transcript; the message is a diff."""


class TranscriptBroken(AssertionError):
    """A line of a transcript cannot be carried out."""


@dataclass(slots=True)
class Block:
    """Something that happens, and what the bot is to say then."""

    line: int
    action: str
    """The lines as they stand in the file, such as `> hello` or `--- restart ---`."""
    expected: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    """Comments and blank lines that follow."""


@dataclass(slots=True)
class Scenario:
    """One conversation of a transcript."""

    name: str
    line: int
    prose: list[str] = field(default_factory=list)
    """Its heading, and what stands before the first block."""
    blocks: list[Block] = field(default_factory=list)

    def text(self) -> str:
        """As it stands in the file."""
        lines = list(self.prose)
        for block in self.blocks:
            lines += [block.action, *block.expected, *block.rest]
        return "".join(f"{line}\n" for line in lines)


# Reading ------------------------------------------------------------------------------------------------------------


def read_transcript(text: str, name: str = "transcript") -> list[Scenario]:
    """The scenarios of a file; the part before the first `##` heading is one too, perhaps without blocks."""
    scenarios = [Scenario(name, 1)]
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            scenarios.append(Scenario(line[3:].strip(), number, [line]))
        else:
            _read_line(scenarios[-1], number, line.rstrip())
    return scenarios


def _read_line(scenario: Scenario, number: int, line: str) -> None:
    block = scenario.blocks[-1] if scenario.blocks else None
    if line.startswith(">> ") and block is not None and not (block.expected or block.rest):
        block.action += f"\n{line}"
    elif line.startswith(">") or _NOTE.fullmatch(line):
        scenario.blocks.append(Block(number, line))
    elif block is None:
        scenario.prose.append(line)
    elif not line.strip() or line.startswith(("#", "```", "<!--")):
        block.rest.append(line)
    else:
        block.expected.append(line)
        if block.rest and not any(part.strip() for part in block.rest):
            block.rest.clear()  # blank lines between messages mean nothing


# Running ------------------------------------------------------------------------------------------------------------


def run_transcript(bot: Bot, path: Path, *, approve: bool = False, modules: Sequence[Module] = ()) -> None:
    """Runs all scenarios of a file, each with a fresh database. Raises `TranscriptDiffers`; or rewrites the file."""
    scenarios = read_transcript(path.read_text("utf-8"), path.name)
    played = [asyncio.run(play(bot, scenario, modules)) for scenario in scenarios]
    if approve:
        path.write_text("".join(scenario.text() for scenario in played), "utf-8")
        return
    for wanted, real in zip(scenarios, played, strict=True):
        check(wanted, real, str(path))


async def play(bot: Bot, scenario: Scenario, modules: Sequence[Module] = ()) -> Scenario:
    """The scenario as it really goes."""
    real = Scenario(scenario.name, scenario.line, list(scenario.prose))
    if not scenario.blocks:
        return real
    async with TestBot(bot, modules=modules) as testbot:
        stage = _Stage(testbot)
        for block in scenario.blocks:
            said = await stage.act(block)
            said = block.expected if _same(block.expected, said) else said
            real.blocks.append(Block(block.line, block.action, said, block.rest))
    return real


def check(wanted: Scenario, real: Scenario, path: str) -> None:
    """Raises `TranscriptDiffers` with the differing lines."""
    if all(_same(a.expected, b.expected) for a, b in zip(wanted.blocks, real.blocks, strict=True)):
        return
    diff = difflib.unified_diff(
        wanted.text().splitlines(), real.text().splitlines(), "as written", "as it goes", lineterm="", n=4
    )
    line = next(a.line for a, b in zip(wanted.blocks, real.blocks, strict=True) if not _same(a.expected, b.expected))
    shown = "\n".join(list(diff)[3:])
    raise TranscriptDiffers(
        f"{path}:{line}: the conversation goes otherwise than written (-: as written, +: as it goes).\n\n{shown}\n\n"
        "If that is how it shall go, run the tests again with --approve."
    )


def _same(wanted: Sequence[str], real: Sequence[str]) -> bool:
    return [_bare(line) for line in wanted] == [_bare(line) for line in real]


def _bare(line: str) -> str:
    """The line without what people do not see: how many blanks there are."""
    return ("  " if line.startswith("  ") else "") + " ".join(line.split())


class _Stage:
    """Who is speaking, and what everybody has heard so far."""

    def __init__(self, testbot: TestBot) -> None:
        self.testbot = testbot
        self.user = testbot.user("Ann")
        self._told: dict[TestUser, int] = {}

    async def act(self, block: Block) -> list[str]:
        """Carries a block out; returns what the bot said."""
        note = _NOTE.fullmatch(block.action)
        try:
            await (self._happens(note[1]) if note else self._does(block.action))
        except (TranscriptBroken, AssertionError) as error:
            raise TranscriptBroken(f"line {block.line}: {block.action}\n{error}") from error
        return self._heard()

    async def _does(self, action: str) -> None:
        words = "\n".join(line.lstrip(">").strip() for line in action.splitlines())
        if tap := _TAP.fullmatch(words):
            await self.user.taps(tap[1])
        elif thing := _THING.fullmatch(words):
            await self._sends(thing[1], thing[2])
        else:
            await self.user.sends(MessageEvent(body=words.removeprefix("\\")))

    async def _sends(self, kind: str, what: str) -> None:
        if kind == "file":
            await self.user.sends_file(what)
        elif kind == "location":
            await self.user.sends(_place(what))
        else:
            pairs = (part.split("=", 1) for part in re.split(r",\s*(?=[\w.-]+=)", what))
            await self.user.fills({name.strip(): value.strip() for name, value in pairs})

    async def _happens(self, what: str) -> None:
        if what == "restart":
            await self.testbot.restart()
        elif what == "kill":
            await self.testbot.kill()
        elif later := _LATER.fullmatch(what):
            await self.testbot.advance(seconds=_seconds(later[1]))
        elif person := _USER.fullmatch(what):
            self.user = _person(self.testbot, person[1], person[2] or "")
        elif event := _EVENT.fullmatch(what):
            await self.testbot.emit(self.user, event[1], json.loads(event[2] or "{}"))
        else:
            raise TranscriptBroken(
                f"'{what}' is unknown. There are: restart, kill, 3 hours later, user NAME, event NAME."
            )

    def _heard(self) -> list[str]:
        """What is new, of the others with their name in front."""
        lines: list[str] = []
        for user in sorted(self.testbot.users.values(), key=lambda user: user is not self.user):
            fresh = user.messages[self._told.get(user, 0) :]
            self._told[user] = len(user.messages)
            prefix = "" if user is self.user else f"@{user.name}: "
            for shown in filter(None, map(lines_of, fresh)):
                lines += [prefix + shown[0], *shown[1:]]
        return lines


def _seconds(words: str) -> float:
    per_unit = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
    found = _SPAN.findall(words)
    if not found:
        raise TranscriptBroken(f"'{words}' is no span of time: write `3 hours later` or `1 day and 2 hours later`.")
    return sum(float(count) * per_unit[unit] for count, unit in found)


def _person(testbot: TestBot, name: str, details: str) -> TestUser:
    parts = [part.strip() for part in details.split(",") if part.strip()]
    channel = next((part.removeprefix("on ").strip() for part in parts if part.startswith("on ")), "web")
    locale = next((part for part in parts if not part.startswith("on ")), "")
    return testbot.user(name, locale=locale, channel=channel)


def _place(words: str) -> Incoming:
    try:
        north, east = (float(part) for part in words.split(","))
    except ValueError:
        raise TranscriptBroken(f"'{words}' is no place: write `(location: 48.85, 2.35)`.") from None
    return LocationEvent(latitude=north, longitude=east)
