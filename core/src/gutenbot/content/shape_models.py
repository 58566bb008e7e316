"""The built-in messages as the console's form shows them: the classes behind `content/shapes.py`.

The classes give the form. What a message may have, and what is wrong with it, is decided where it is compiled
(`content/messages.py`); they accept whatever else it understands.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(json_schema_extra={"x-widget": "text"})]
Line = Annotated[str, Field(json_schema_extra={"x-widget": "line"})]
Media = Annotated[str, Field(json_schema_extra={"x-widget": "media"})]
Condition = Annotated[str, Field(json_schema_extra={"x-widget": "condition"})]
Duration = Annotated[str, Field(json_schema_extra={"x-widget": "duration"}, examples=["1s"])]


class Shape(BaseModel):
    """What is written for a message."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Reply(Shape):
    """An answer that is offered."""

    title: Line = Field(title="Title")
    payload: str = Field("", title="Payload", description="What the bot gets; nothing: the title.")
    image: Media = Field("", title="Picture")


class ButtonShape(Shape):
    """A button does one thing: say something, send a payload, open a link or call a number."""

    title: Line = Field(title="Title")
    say: str | None = Field(None, title="Says")
    postback: str | None = Field(None, title="Sends a payload")
    link: str | None = Field(None, title="Opens a link", json_schema_extra={"x-widget": "link"})
    call: str | None = Field(None, title="Calls a number")
    copy_: str | None = Field(None, alias="copy", title="Copies words")


class CardPart(Shape):
    """A card: a title, perhaps a picture and buttons."""

    title: Line = Field(title="Title")
    subtitle: Words | None = Field(None, title="Text below the title")
    image: Media | None = Field(None, title="Picture")
    alt: Line | None = Field(None, title="What the picture shows")
    url: str | None = Field(None, title="Opens", json_schema_extra={"x-widget": "link"})
    buttons: list[ButtonShape] = Field(default_factory=list, title="Buttons")


class FieldShape(Shape):
    """A field of a form."""

    name: str = Field(title="Name", pattern=r"^[A-Za-z_]\w*$")
    label: Line = Field(title="Label")
    kind: Literal["text", "textarea", "number", "email", "phone", "date", "time", "select", "checkbox", "password"] = (
        Field("text", title="Kind")
    )
    required: bool = Field(True, title="Required")
    placeholder: Line | None = Field(None, title="Placeholder")
    options: list[Reply] = Field(default_factory=list, title="Options")


class Framed(Shape):
    """What every message may have."""

    quick_replies: list[Reply] = Field(default_factory=list, title="Quick replies")
    typing: Duration | None = Field(None, title="Shows typing before")
    wait: Duration | None = Field(None, title="Waits before")
    if_: Condition | None = Field(None, alias="if", title="Only if")
    unless: Condition | None = Field(None, title="Unless")
    on: str | dict[str, Any] | None = Field(None, title="On channels", json_schema_extra={"x-widget": "channels"})


class TextShape(Framed):
    """Words. Several texts: one of them, at random."""

    text: Words | list[Words] = Field(title="Text")
    buttons: list[ButtonShape] = Field(default_factory=list, title="Buttons")


class ChoicesShape(Framed):
    """A question with answers to tap on."""

    text: Words | list[Words] = Field(title="Text")
    choices: list[Reply] | dict[str, str] = Field(title="Choices")


class CardShape(Framed):
    """A card with a title, a picture and buttons."""

    card: CardPart = Field(title="Card")


class CarouselShape(Framed):
    """Cards side by side."""

    carousel: list[CardPart] = Field(title="Cards", min_length=1)


class ListShape(Framed):
    """Cards below one another."""

    list_: list[CardPart] = Field(alias="list", title="Cards", min_length=1)


class MediaShape(Framed):
    """A picture, a sound, a film or a file."""

    image: Media | None = Field(None, title="Picture")
    audio: Media | None = Field(None, title="Sound")
    video: Media | None = Field(None, title="Film")
    file: Media | None = Field(None, title="File")
    alt: Line | None = Field(None, title="What it shows")
    caption: Words | None = Field(None, title="Caption")
    name: Line | None = Field(None, title="Name of the file")


class FormPart(Shape):
    """A form to fill in."""

    title: Line | None = Field(None, title="Title")
    submit: Line | None = Field(None, title="Words of the button")
    fields: list[FieldShape] = Field(title="Fields", min_length=1)


class FormShape(Framed):
    """A form; channels without forms ask field by field."""

    form: FormPart = Field(title="Form")


class LocationPart(Shape):
    """A place on the map."""

    latitude: float | str = Field(title="Latitude")
    longitude: float | str = Field(title="Longitude")
    title: Line | None = Field(None, title="Name")
    address: Line | None = Field(None, title="Address")


class LocationShape(Framed):
    """A place on the map."""

    location: LocationPart = Field(title="Place")


class TemplatePart(Shape):
    """A message that the network has approved."""

    name: str = Field(title="Name")
    parameters: dict[str, Any] = Field(default_factory=dict, title="Parameters")


class TemplateShape(Framed):
    """A message template of a network, such as WhatsApp's."""

    template: TemplatePart = Field(title="Template")


class RawPart(Shape):
    """A message as one network understands it."""

    channel: str = Field(title="Channel")
    body: dict[str, Any] = Field(title="Body")


class RawShape(Framed):
    """A message as one network understands it."""

    raw: RawPart = Field(title="Message")


Entry = (
    TextShape | ChoicesShape | CardShape | CarouselShape | ListShape | MediaShape | FormShape | LocationShape
    | TemplateShape | RawShape
)  # fmt: skip


class MessagesShape(Shape):
    """Several messages, one after the other."""

    entries: list[Entry | Words] = Field(title="Messages", min_length=1)


MODELS: dict[str, type[Shape]] = {
    "text": TextShape,
    "choices": ChoicesShape,
    "card": CardShape,
    "carousel": CarouselShape,
    "media": MediaShape,
    "form": FormShape,
    "list": ListShape,
    "location": LocationShape,
    "template": TemplateShape,
    "raw": RawShape,
    "messages": MessagesShape,
}
"""By the name of the type."""
