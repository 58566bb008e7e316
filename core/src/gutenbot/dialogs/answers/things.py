"""Answers that are not words: files, places, forms, anything."""

from collections.abc import Iterable
from typing import Any

import msgspec

from gutenbot.dialogs.answers.answer import Answer, Context, Invalid
from gutenbot.events.incoming import (
    Attachment,
    AttachmentEvent,
    FormEvent,
    Incoming,
    LocationEvent,
    MessageEvent,
    UserText,
)
from gutenbot.events.messages import Field, FormMessage


class File(Answer[Attachment]):
    """One file: `types` such as "image/*" or "application/pdf", `max_bytes` its size."""

    __slots__ = ("max_bytes", "types")

    def __init__(self, *types: str, max_bytes: int = 25 * 1024 * 1024) -> None:
        self.types = types
        self.max_bytes = max_bytes

    def parse(self, event: Incoming, context: Context) -> Attachment:
        found = list(event.attachments) if isinstance(event, (AttachmentEvent, MessageEvent)) else []
        if not found:
            raise Invalid("#gutenbot.invalid.file", types=list(self.types))
        if len(found) > 1:
            raise Invalid("#gutenbot.invalid.too-many", maximum=1)
        file = found[0]
        if self.types and not any(_matches(file.mime, kind) for kind in self.types):
            raise Invalid("#gutenbot.invalid.file", types=list(self.types))
        if file.size > self.max_bytes:
            raise Invalid("#gutenbot.invalid.too-large", maximum=self.max_bytes)
        return file

    def dump(self, value: Any) -> Any:
        return msgspec.to_builtins(value)

    def load(self, stored: Any) -> Attachment:
        return msgspec.convert(stored, Attachment)


class Location(Answer[LocationEvent]):
    """A place that the user sends: `.latitude`, `.longitude` in degrees, `.title`."""

    __slots__ = ()

    def parse(self, event: Incoming, context: Context) -> LocationEvent:
        if not isinstance(event, LocationEvent):
            raise Invalid("#gutenbot.invalid.location")
        if not (-90 <= event.latitude <= 90 and -180 <= event.longitude <= 180):
            raise Invalid("#gutenbot.invalid.location")
        return LocationEvent(latitude=event.latitude, longitude=event.longitude, title=event.title)

    def dump(self, value: Any) -> Any:
        return {"latitude": value.latitude, "longitude": value.longitude, "title": value.title}

    def load(self, stored: Any) -> LocationEvent:
        return LocationEvent(**stored)


class Form(Answer[dict[str, Any]]):
    """Several fields filled in together; returns their values by name. Shown as a form where the channel can."""

    __slots__ = ("fields", "form_id", "title")

    def __init__(self, form_id: str, fields: Iterable[Field], *, title: str = "") -> None:
        self.form_id = form_id
        self.fields = tuple(fields)
        self.title = title

    def form(self) -> FormMessage:
        return FormMessage(form_id=self.form_id, fields=self.fields, title=self.title)

    def load(self, stored: Any) -> dict[str, Any]:
        return {name: UserText(value) if isinstance(value, str) else value for name, value in stored.items()}

    def parse(self, event: Incoming, context: Context) -> dict[str, Any]:
        if not isinstance(event, FormEvent) or event.form_id != self.form_id:
            raise Invalid("#gutenbot.invalid.form", title=self.title or self.form_id)
        return {field.name: _field_value(field, event.values.get(field.name)) for field in self.fields}


class Anything(Answer[Incoming]):
    """Whatever the user sends: the event itself."""

    __slots__ = ()

    def parse(self, event: Incoming, context: Context) -> Incoming:
        return event

    def dump(self, value: Any) -> Any:
        return msgspec.to_builtins(value)

    def load(self, stored: Any) -> Incoming:
        event: Incoming = msgspec.convert(stored, Incoming)
        return event


def _matches(mime: str, kind: str) -> bool:
    return kind == "*/*" or mime == kind or (kind.endswith("/*") and mime.startswith(kind[:-1]))


def _field_value(field: Field, value: Any) -> Any:
    """A field's value, checked by the rules of the field. Raises `Invalid`."""
    empty = value is None or value == "" or (field.kind == "checkbox" and value is False)
    if empty:
        if field.required:
            raise Invalid("#gutenbot.invalid.form", title=field.label, field=field.name)
        return value
    if field.kind == "checkbox":
        return bool(value)
    if field.kind == "number":
        return _number(field, value)
    text = str(value)
    if field.kind == "select" and text not in [option.payload or option.title for option in field.options]:
        raise Invalid("#gutenbot.invalid.choice", choices=[option.title for option in field.options], field=field.name)
    if len(text) > (field.max_length or 8000):
        raise Invalid("#gutenbot.invalid.too-long", maximum=field.max_length or 8000, length=len(text))
    if len(text) < (field.min_length or 0):
        raise Invalid("#gutenbot.invalid.too-short", minimum=field.min_length)
    return UserText(text)


def _number(field: Field, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Invalid("#gutenbot.invalid.number", field=field.name) from None
    if field.minimum is not None and number < field.minimum:
        raise Invalid("#gutenbot.invalid.too-small", minimum=field.minimum)
    if field.maximum is not None and not number <= field.maximum:
        raise Invalid("#gutenbot.invalid.too-large", maximum=field.maximum)
    return int(number) if number.is_integer() else number
