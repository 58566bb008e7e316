"""Schedules: rules in wall-clock time of a zone; each planned moment fires once, over restarts and changes of the clock."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from gutenbot.kernel.errors import AuthorMistake

_DAYS = {
    "monday": "1", "tuesday": "2", "wednesday": "3", "thursday": "4", "friday": "5", "saturday": "6", "sunday": "0",
    "weekdays": "1-5", "weekends": "0,6", "day": "*", "daily": "*",
}  # fmt: skip
_AT = re.compile(r"(?:every\s+)?([a-z, ]+?)\s+(?:at\s+)?(\d{1,2})[:.](\d{2})")
_INTERVAL = re.compile(r"(?:every\s+)?(?:(\d+)\s+)?(minute|hour)s?")


class BadSchedule(AuthorMistake):
    """{where}: {rule!r} is no schedule ({reason}). Write "weekdays 09:00", "monday, friday 8:30", "every 15 minutes", "every hour",
    or five cron fields such as "0 9 * * 1-5"."""

    code = "schedule.bad-rule"


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is to happen: a cron expression in a time zone."""

    text: str
    cron: str
    zone: str

    @classmethod
    def parse(cls, text: str, zone: str, *, where: str = "?") -> "Rule":
        """Reads a rule in words or as cron. Raises `BadSchedule`."""
        try:
            cron = _cron(" ".join(text.lower().split()))
            ZoneInfo(zone)
            CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC))
        except (CronSimError, ValueError, ZoneInfoNotFoundError) as error:
            raise BadSchedule(where=where, rule=text, reason=str(error) or "unknown form") from error
        return cls(text, cron, zone)

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The moments (UTC) after `moment`: a time that a change to summer time skips happens at the end of the gap, one
        that comes twice happens the first time (TIM-01, TIM-02)."""
        zone = ZoneInfo(self.zone)
        local = moment.astimezone(zone).replace(tzinfo=None)
        last = moment
        for wall in CronSim(self.cron, local - timedelta(hours=3)):
            planned = _instant(wall, zone)
            if planned > last:
                last = planned
                yield planned

    def next(self, moment: datetime) -> datetime:
        """The first moment after `moment`."""
        return next(self.after(moment))


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a wall-clock time: the first of two, the end of the gap for one that does not exist."""
    aware = wall.replace(tzinfo=zone, fold=0)
    instant = aware.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    before = aware.utcoffset() or timedelta()
    after = wall.replace(tzinfo=zone, fold=1).utcoffset() or timedelta()
    gap = abs(after - before)
    low, high = instant - gap - gap, instant + gap
    while high - low > timedelta(seconds=1):  # the first instant whose wall time is past the gap
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).replace(tzinfo=None) >= wall else (middle, high)
    return high.replace(microsecond=0)


def _cron(text: str) -> str:
    if found := _INTERVAL.fullmatch(text):
        count = int(found[1] or 1)
        if found[2] == "minute":
            if not 1 <= count <= 59 or 60 % count:
                raise ValueError("the minutes must divide an hour")
            return f"*/{count} * * * *" if count > 1 else "* * * * *"
        if not 1 <= count <= 23 or 24 % count:
            raise ValueError("the hours must divide a day")
        return f"0 */{count} * * *" if count > 1 else "0 * * * *"
    if found := _AT.fullmatch(text):
        days = [_day(part.strip()) for part in found[1].split(",")]
        return f"{int(found[3])} {int(found[2])} * * {','.join(days)}"
    if len(text.split()) == 5:
        return text
    raise ValueError("unknown form")


def _day(word: str) -> str:
    for name, number in _DAYS.items():
        if word in (name, f"{name}s") or (len(word) == 3 and name.startswith(word)):
            return number
    raise ValueError(f"{word!r} is no day")
