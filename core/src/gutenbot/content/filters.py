"""The filters that content adds to the engine's own: date, time, number, plural, as_list. They follow the item's locale."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import minijinja

LOCALE = "_locale"
"""The variable under which a template's locale is at hand for filters."""

_DATES = {"en": "%Y-%m-%d", "de": "%d.%m.%Y", "fr": "%d/%m/%Y", "es": "%d/%m/%Y", "ar": "%Y/%m/%d", "fa": "%Y/%m/%d"}
_DATES |= {
    "en-US": "%m/%d/%Y",
    "en-GB": "%d/%m/%Y",
    "it": "%d/%m/%Y",
    "pt": "%d/%m/%Y",
    "nl": "%d-%m-%Y",
    "ru": "%d.%m.%Y",
}
_SEPARATORS = {"de": (".", ","), "es": (".", ","), "it": (".", ","), "pt": (".", ","), "nl": (".", ",")}
_SEPARATORS |= {"fr": ("\u202f", ","), "ru": ("\u00a0", ","), "pl": ("\u00a0", ","), "uk": ("\u00a0", ",")}
_PATTERN = re.compile(r"(?:%[YmdHMSyjeI]|[^%])*")


@minijinja.pass_state
def date_filter(state: Any, value: Any, pattern: str = "") -> str:
    """The day, as the locale writes it in numbers; or by a pattern of %Y %m %d %H %M %S."""
    return _moment(value).strftime(_checked(pattern) or _of_locale(_DATES, state, "%Y-%m-%d"))


@minijinja.pass_state
def time_filter(_state: Any, value: Any, pattern: str = "") -> str:
    """Hours and minutes; or by a pattern of %H %M %S."""
    return _moment(value).strftime(_checked(pattern) or "%H:%M")


@minijinja.pass_state
def number_filter(state: Any, value: Any, decimals: int | None = None) -> str:
    """The number with the locale's separators, with so many decimals (at most 10), else as many as it has."""
    number = _number(value)
    places = _decimals(number) if decimals is None else max(0, min(int(decimals), 10))
    group, point = _of_locale(_SEPARATORS, state, (",", "."))
    return f"{number:,.{places}f}".translate({ord(","): group, ord("."): point})


@minijinja.pass_state
def plural_filter(state: Any, value: Any, *forms: str, **named: str) -> str:
    """The form that fits the number: `plural("pizza", "pizzas")`, or by name: zero, one, two, few, many, other."""
    category = _category(_number(value), _language(state))
    if forms:
        named = {"one": forms[0], "other": forms[-1], **named}
    return str(named.get(category, named.get("other", "")))


def as_list_filter(value: Any) -> list[Any]:
    """A list as it is; nothing for what is missing, empty, false or 0; anything else as a list of one."""
    if isinstance(value, list | tuple):
        return list(value)
    return [value] if value else []


FILTERS: dict[str, Callable[..., Any]] = {
    "date": date_filter,
    "time": time_filter,
    "number": number_filter,
    "plural": plural_filter,
    "as_list": as_list_filter,
}


def _locale(state: Any) -> str:
    return str(state.lookup(LOCALE) or "en")


def _language(state: Any) -> str:
    return _locale(state).partition("-")[0]


def _of_locale(table: dict[str, Any], state: Any, default: Any) -> Any:
    return table.get(_locale(state), table.get(_language(state), default))


def _moment(value: Any) -> datetime:
    text = str(value)
    try:
        if re.fullmatch(r"\d\d:\d\d.*", text):
            return datetime.combine(date(1970, 1, 1), time.fromisoformat(text))
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{text[:40]}` is not a date or time") from error


def _checked(pattern: str) -> str:
    if _PATTERN.fullmatch(pattern):
        return pattern
    raise ValueError(f"the pattern `{pattern[:40]}` may use %Y %y %m %d %e %j %H %I %M %S only")


def _number(value: Any) -> float | int:
    if isinstance(value, int | float):
        return value
    try:
        return float(str(value))
    except ValueError as error:
        raise ValueError(f"`{str(value)[:40]}` is not a number") from error


def _decimals(number: float) -> int:
    return 0 if float(number).is_integer() else len(f"{number:.6f}".rstrip("0").partition(".")[2])


def _category(number: float, language: str) -> str:
    """The plural category of the Unicode CLDR (https://cldr.unicode.org, plural rules, release 48), for whole numbers."""
    if language in ("ja", "zh", "ko", "th", "vi", "id", "ms"):
        return "other"
    if language in ("fr", "pt", "fa", "hi", "bn"):
        return "one" if 0 <= number < 2 and (language != "fa" or number <= 1) else "other"
    if not float(number).is_integer():
        return "other"
    return _whole_category(int(number), language)


def _whole_category(number: int, language: str) -> str:
    if language == "ar":
        return _arabic(number)
    if language in ("ru", "uk", "sr", "hr", "bs", "be"):
        return _slavic(number)
    if language == "pl":
        return (
            "one" if number == 1 else "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"
        )
    return "one" if number == 1 else "other"


def _arabic(number: int) -> str:
    if number in (0, 1, 2):
        return ("zero", "one", "two")[number]
    return "few" if 3 <= number % 100 <= 10 else "many" if number % 100 >= 11 else "other"


def _slavic(number: int) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else "many"
