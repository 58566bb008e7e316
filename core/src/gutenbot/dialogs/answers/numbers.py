"""Answers that are numbers, dates and times of day."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar, overload

from gutenbot.dialogs.answers.answer import Answer, Context, Invalid, digits_folded, folded, said
from gutenbot.events.incoming import Incoming

N = TypeVar("N", int, float, Decimal)

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a|p|h|uhr)?")
_RELATIVE = {
    "today": 0, "aujourd'hui": 0, "heute": 0, "hoy": 0, "اليوم": 0, "امروز": 0,
    "tomorrow": 1, "demain": 1, "morgen": 1, "manana": 1, "غدا": 1, "فردا": 1,
    "yesterday": -1, "hier": -1, "gestern": -1, "ayer": -1, "امس": -1, "دیروز": -1,
}  # fmt: skip


class Number(Answer[N]):
    """A number; `Number()` and `Number(int)` take whole ones, `Number(float)` and `Number(Decimal)` any."""

    __slots__ = ("kind", "maximum", "minimum")

    @overload
    def __init__(self: "Number[int]", *, minimum: float | None = None, maximum: float | None = None) -> None: ...
    @overload
    def __init__(self, kind: type[N], *, minimum: float | None = None, maximum: float | None = None) -> None: ...
    def __init__(self, kind: Any = int, *, minimum: float | None = None, maximum: float | None = None) -> None:
        self.kind: Callable[[str], Any] = kind
        self.minimum = minimum
        self.maximum = maximum

    def parse(self, event: Incoming, context: Context) -> N:
        text = _plain_number(said(event, "#gutenbot.invalid.number"), context.locale)
        if not _NUMBER.fullmatch(text) or len(text) > 30 or (self.kind is int and "." in text):
            raise Invalid("#gutenbot.invalid.number")
        value = self.kind(text)
        if not math.isfinite(value):
            raise Invalid("#gutenbot.invalid.number")
        if self.minimum is not None and value < self.minimum:
            raise Invalid("#gutenbot.invalid.too-small", minimum=self.minimum)
        if self.maximum is not None and value > self.maximum:
            raise Invalid("#gutenbot.invalid.too-large", maximum=self.maximum)
        return value  # type: ignore[no-any-return]

    def dump(self, value: Any) -> Any:
        return str(value) if isinstance(value, Decimal) else value

    def load(self, stored: Any) -> N:
        return self.kind(str(stored))  # type: ignore[no-any-return]


class Date(Answer[date]):
    """A day: 2026-11-22, 22.11.2026, 22/11/2026 (11/22/2026 in en-US), or today, tomorrow, yesterday."""

    __slots__ = ("earliest", "latest")

    def __init__(self, *, earliest: date | None = None, latest: date | None = None) -> None:
        self.earliest = earliest
        self.latest = latest

    def parse(self, event: Incoming, context: Context) -> date:
        text = digits_folded(said(event, "#gutenbot.invalid.date"))
        day = _relative_day(text, context) or _numeric_day(text, context.locale)
        if self.earliest is not None and day < self.earliest:
            raise Invalid("#gutenbot.invalid.too-small", minimum=self.earliest.isoformat())
        if self.latest is not None and day > self.latest:
            raise Invalid("#gutenbot.invalid.too-large", maximum=self.latest.isoformat())
        return day

    def dump(self, value: Any) -> Any:
        return value.isoformat()

    def load(self, stored: Any) -> date:
        return date.fromisoformat(stored)


class Time(Answer[time]):
    """A time of day: 9, 9:30, 21h15, 9.30 pm."""

    __slots__ = ()

    def parse(self, event: Incoming, context: Context) -> time:
        found = _TIME.fullmatch(digits_folded(said(event, "#gutenbot.invalid.time")).casefold().strip())
        if not found:
            raise Invalid("#gutenbot.invalid.time")
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
        if half in ("a", "p"):
            if not 1 <= hour <= 12:
                raise Invalid("#gutenbot.invalid.time")
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour > 23 or minute > 59:
            raise Invalid("#gutenbot.invalid.time")
        return time(hour, minute)

    def dump(self, value: Any) -> Any:
        return value.isoformat()

    def load(self, stored: Any) -> time:
        return time.fromisoformat(stored)


def _plain_number(text: str, locale: str) -> str:
    """The number with a point for decimals and nothing for thousands, as its locale writes it."""
    text = digits_folded(text).replace("\u2212", "-").replace("\u066b", ".").replace("\u066c", "")
    text = re.sub(r"(?<=\d)[\s\u00a0\u202f'_](?=\d{3}\b)", "", text.strip())
    decimal, thousands = (
        (".", ",") if locale.split("-", maxsplit=1)[0] in ("en", "ar", "fa", "he", "ja", "zh") else (",", ".")
    )
    if (decimal in text and thousands in text) or re.fullmatch(rf"[+-]?\d{{1,3}}(\{thousands}\d{{3}})+", text):
        text = text.replace(thousands, "")
    return text.replace(decimal, ".").replace(",", ".")


def _relative_day(text: str, context: Context) -> date | None:
    offset = _RELATIVE.get(folded(text))
    today: datetime = context.now.astimezone(context.time_zone)
    return None if offset is None else today.date() + timedelta(days=offset)


def _numeric_day(text: str, locale: str) -> date:
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMERIC.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            month_first = locale in ("en", "en-US") and "/" in text and first <= 12
            day, month = (second, first) if month_first else (first, second)
            return date(int(found[3]), month, day)
    except ValueError:
        pass
    raise Invalid("#gutenbot.invalid.date")
