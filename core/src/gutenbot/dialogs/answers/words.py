"""Answers in words: text, e-mail address, telephone number, web address."""

import re
from re import Pattern
from typing import Any
from urllib.parse import urlsplit

from gutenbot.dialogs.answers.answer import Answer, Context, Invalid, digits_folded, said
from gutenbot.dialogs.patterns import fully_matches
from gutenbot.events.incoming import Incoming, PayloadEvent, UserText

_EMAIL = re.compile(
    r"[^@\s<>()\[\],;:\\\"]{1,64}@(?:[^@\s.<>()\[\],;:\\\"]{1,63}\.){1,8}[^@\s.\d<>()\[\],;:\\\"]{2,63}"
)


class Text(Answer[str]):
    """Any words, within length limits and, if given, fully matching a pattern."""

    __slots__ = ("max_length", "min_length", "pattern", "reason")

    def __init__(
        self,
        *,
        min_length: int = 1,
        max_length: int = 8000,
        pattern: str | Pattern[str] | None = None,
        reason: str = "#gutenbot.invalid.text",
    ) -> None:
        self.min_length = min_length
        self.max_length = max_length
        self.pattern = re.compile(pattern) if isinstance(pattern, str) else pattern
        self.reason = reason

    def parse(self, event: Incoming, context: Context) -> str:
        text = event.text.strip() if isinstance(event, PayloadEvent) else said(event, self.reason)
        if len(text) < self.min_length:
            raise Invalid("#gutenbot.invalid.too-short", minimum=self.min_length)
        if len(text) > self.max_length:
            raise Invalid("#gutenbot.invalid.too-long", maximum=self.max_length, length=len(text))
        if self.pattern is not None and not fully_matches(self.pattern, text):
            raise Invalid(self.reason)
        return UserText(text)

    def load(self, stored: Any) -> str:
        return UserText(stored)


class Email(Answer[str]):
    """An e-mail address; the part after the @ in lower case."""

    __slots__ = ()

    def parse(self, event: Incoming, context: Context) -> str:
        text = said(event, "#gutenbot.invalid.email").removeprefix("mailto:").strip("<>")
        if len(text) > 254 or not _EMAIL.fullmatch(text):
            raise Invalid("#gutenbot.invalid.email")
        name, _, domain = text.rpartition("@")
        return f"{name}@{domain.lower()}"


class Phone(Answer[str]):
    """A telephone number in international form (E.164, such as +33123456789); `region` reads national ones."""

    __slots__ = ("region",)

    def __init__(self, *, region: str | None = None) -> None:
        self.region = region

    def parse(self, event: Incoming, context: Context) -> str:
        import phonenumbers  # 40 ms and 10 MB: only where a bot asks for numbers

        text = digits_folded(said(event, "#gutenbot.invalid.phone"))[:40]
        region = self.region or (context.locale.rpartition("-")[2].upper() if "-" in context.locale else None)
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            raise Invalid("#gutenbot.invalid.phone") from None
        if not phonenumbers.is_valid_number(number):
            raise Invalid("#gutenbot.invalid.phone")
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class Url(Answer[str]):
    """A web address; `https://` is added where the scheme is missing."""

    __slots__ = ("schemes",)

    def __init__(self, *, schemes: tuple[str, ...] = ("http", "https")) -> None:
        self.schemes = schemes

    def parse(self, event: Incoming, context: Context) -> str:
        text = said(event, "#gutenbot.invalid.url")
        if "://" not in text:
            text = f"{self.schemes[-1]}://{text}"
        try:
            parts = urlsplit(text)
            host = parts.hostname or ""
        except ValueError:
            raise Invalid("#gutenbot.invalid.url") from None
        good = parts.scheme.lower() in self.schemes and ("." in host or host == "localhost")
        if not good or any(char.isspace() for char in text) or len(text) > 2000:
            raise Invalid("#gutenbot.invalid.url")
        return text
