"""Every type of answer: what it takes, what it does not and why."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from gutenbot import (
    Answer,
    Anything,
    Choice,
    Confirm,
    Date,
    Email,
    File,
    Form,
    Location,
    Number,
    Phone,
    Text,
    Time,
    Url,
)
from gutenbot.content import repair_words
from gutenbot.dialogs.answers import Context
from gutenbot.dialogs.answers.answer import Invalid
from gutenbot.events.incoming import (
    Attachment,
    AttachmentEvent,
    FormEvent,
    Incoming,
    LocationEvent,
    MessageEvent,
    PayloadEvent,
    UserText,
)
from gutenbot.events.messages import Field, QuickReply

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Size(Enum):
    SMALL = "S"
    EXTRA_LARGE = "XL"


def parsed(answer: Answer[Any], reply: Incoming | str, locale: str = "en", options: tuple[QuickReply, ...] = ()) -> Any:
    """The value of a reply, after a journey through the journal."""
    event = MessageEvent(body=reply) if isinstance(reply, str) else reply
    context = Context(now=NOW, locale=locale, options=options, words=repair_words(locale))
    value = answer.parse(event, context)
    again = answer.load(answer.dump(value))
    assert again == value
    assert type(again) is type(value)
    return value


def reason(answer: Answer[Any], reply: Incoming | str, locale: str = "en") -> str:
    """Why a reply is no answer."""
    with pytest.raises(Invalid) as caught:
        parsed(answer, reply, locale)
    return caught.value.reason.removeprefix("#gutenbot.invalid.")


def file(mime: str = "image/png", size: int = 10) -> Attachment:
    """A file that a user sent."""
    return Attachment(url="u", mime=mime, name="a", size=size)


@pytest.mark.parametrize(
    ("answer", "reply", "value"),
    [
        (Text(), " Main Street ", "Main Street"),
        (Text(pattern=r"[A-Z]{2}\d+"), "AB12", "AB12"),
        (Number(), "42", 42),
        (Number(), "-7", -7),
        (Number(), "1,234", 1234),
        (Number(), "\u0661\u0662", 12),
        (Number(float), "2.5", 2.5),
        (Number(Decimal), "0.10", Decimal("0.10")),
        (Choice("S", "M"), "m", "M"),
        (Choice("S", "M"), "2", "M"),
        (Choice({"S": "Small"}), "SMALL!", "S"),
        (Choice({"c": "Café"}), "cafe", "c"),
        (Choice(Size), "xl", Size.EXTRA_LARGE),
        (Choice(Size), "Extra large", Size.EXTRA_LARGE),
        (Choice(1, 2, 3), "3", 3),
        (Choice(10, 20), "20", 20),
        (Confirm(), "Yes!", True),
        (Confirm(), "nope", False),
        (Confirm(), PayloadEvent(payload="yes", title="Oui"), True),
        (Date(), "2026-11-22", date(2026, 11, 22)),
        (Date(), "22.11.2026", date(2026, 11, 22)),
        (Date(), "tomorrow", date(2026, 1, 6)),
        (Time(), "9", time(9)),
        (Time(), "9:30 pm", time(21, 30)),
        (Time(), "21h15", time(21, 15)),
        (Time(), "12 am", time(0)),
        (Email(), "Ann@EXAMPLE.org", "Ann@example.org"),
        (Phone(), "+33 1 23 45 67 89", "+33123456789"),
        (Phone(region="FR"), "01 23 45 67 89", "+33123456789"),
        (Url(), "example.org/a", "https://example.org/a"),
        (Url(), "http://localhost:3000", "http://localhost:3000"),
        (File(), AttachmentEvent(attachments=(file(),)), file()),
        (File("image/*"), MessageEvent(body="see", attachments=(file(),)), file()),
        (Location(), LocationEvent(latitude=1, longitude=2), LocationEvent(latitude=1, longitude=2)),
        (Anything(), MessageEvent(body="x"), MessageEvent(body="x")),
    ],
)
def test_what_is_an_answer(answer: Answer[Any], reply: Incoming | str, value: object) -> None:
    assert parsed(answer, reply) == value


@pytest.mark.parametrize(
    ("answer", "reply", "why"),
    [
        (Text(), "  ", "text"),
        (Text(min_length=3), "ab", "too-short"),
        (Text(max_length=3), "abcd", "too-long"),
        (Text(pattern=r"\d+"), "12a", "text"),
        (Text(), LocationEvent(latitude=1, longitude=2), "text"),
        (Number(), "many", "number"),
        (Number(), "2.5", "number"),
        (Number(), "9" * 31, "number"),
        (Number(float), "nan", "number"),
        (Number(float), "1e5", "number"),
        (Number(minimum=3), "2", "too-small"),
        (Number(maximum=3), "4", "too-large"),
        (Choice("S", "M"), "L", "choice"),
        (Choice("S", "M"), "0", "choice"),
        (Choice("S", "M"), "3", "choice"),
        (Confirm(), "perhaps", "confirm"),
        (Date(), "soon", "date"),
        (Date(), "2026-02-30", "date"),
        (Date(), "99999-01-01", "date"),
        (Date(earliest=date(2026, 1, 6)), "today", "too-small"),
        (Date(latest=date(2026, 1, 4)), "today", "too-large"),
        (Time(), "25:00", "time"),
        (Time(), "13 pm", "time"),
        (Email(), "ann@", "email"),
        (Email(), "a" * 250 + "@x.org", "email"),
        (Phone(), "01 23 45 67 89", "phone"),
        (Phone(), "1" * 200, "phone"),
        (Url(), "javascript:alert(1)", "url"),
        (Url(), "not a link", "url"),
        (File(), "no file", "file"),
        (File("image/*"), AttachmentEvent(attachments=(file("text/html"),)), "file"),
        (File(), AttachmentEvent(attachments=(file(), file())), "too-many"),
        (File(max_bytes=5), AttachmentEvent(attachments=(file(),)), "too-large"),
        (Location(), "Paris", "location"),
        (Location(), LocationEvent(latitude=91, longitude=0), "location"),
        (Location(), LocationEvent(latitude=float("nan"), longitude=0), "location"),
    ],
)
def test_what_is_none_and_why(answer: Answer[Any], reply: Incoming | str, why: str) -> None:
    assert reason(answer, reply) == why


@pytest.mark.parametrize(
    ("locale", "reply", "value"),
    [
        ("de", "1.234,5", 1234.5),
        ("en", "1,234.5", 1234.5),
        ("fr", "1 234,5", 1234.5),
        ("fa", "\u06f1\u066b\u06f5", 1.5),
    ],
)
def test_numbers_are_read_as_the_locale_writes_them(locale: str, reply: str, value: float) -> None:
    assert parsed(Number(float), reply, locale) == value


@pytest.mark.parametrize(
    ("locale", "reply", "value"),
    [
        ("en-US", "11/22/2026", date(2026, 11, 22)),
        ("en-GB", "11/12/2026", date(2026, 12, 11)),
        ("fr", "demain", date(2026, 1, 6)),
    ],
)
def test_dates_are_read_as_the_locale_writes_them(locale: str, reply: str, value: date) -> None:
    assert parsed(Date(), reply, locale) == value


@pytest.mark.parametrize(("locale", "yes", "no"), [("fr", "oui", "non"), ("fa", "بله", "نه"), ("de", "Ja", "Nein")])
def test_yes_and_no_in_every_language(locale: str, yes: str, no: str) -> None:
    assert parsed(Confirm(), yes, locale) is True
    assert parsed(Confirm(), no, locale) is False


def test_a_choice_is_found_by_the_title_that_was_shown() -> None:
    shown = (QuickReply("Petite", "S"), QuickReply("Grande", "L"))
    assert parsed(Choice("S", "L"), "grande", options=shown) == "L"


def test_words_stay_the_words_of_a_user() -> None:
    assert type(parsed(Text(), "#welcome")) is UserText


def test_forms_check_each_field() -> None:
    size = Field("size", "Size", "select", options=(QuickReply("Small", "S"),))
    count = Field("count", "Count", "number", minimum=1, maximum=9)
    note = Field("note", "Note", required=False, max_length=3)
    terms = Field("terms", "Terms", "checkbox")
    form = Form("f", (size, count, note, terms))
    good = {"size": "S", "count": "2", "note": "", "terms": True}

    def sent(**change: object) -> FormEvent:
        return FormEvent(form_id="f", values={**good, **change})

    assert parsed(form, sent()) == {"size": "S", "count": 2, "note": "", "terms": True}
    assert parsed(form, sent(extra="x")) == {"size": "S", "count": 2, "note": "", "terms": True}
    assert reason(form, sent(size="XXL")) == "choice"
    assert reason(form, sent(count="0")) == "too-small"
    assert reason(form, sent(count="many")) == "number"
    assert reason(form, sent(count=float("nan"))) in ("number", "too-large")
    assert reason(form, sent(note="long")) == "too-long"
    assert reason(form, sent(terms=False)) == "form"
    assert reason(form, FormEvent(form_id="other", values=good)) == "form"
    assert reason(form, "words") == "form"
