"""Gutenbot: bots in Python. Code first, on your own server, made of modules. These are the names for bot authors."""

from gutenbot.dialogs.answers import (
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
from gutenbot.dialogs.chat import Chat
from gutenbot.dialogs.hear import PASS, Intent, Payload
from gutenbot.events.messages import Button, Card, Carousel, Image
from gutenbot.modules.bot import Bot, Handlers

__all__ = [
    "PASS",
    "Answer",
    "Anything",
    "Bot",
    "Button",
    "Card",
    "Carousel",
    "Chat",
    "Choice",
    "Confirm",
    "Date",
    "Email",
    "File",
    "Form",
    "Handlers",
    "Image",
    "Intent",
    "Location",
    "Number",
    "Payload",
    "Phone",
    "Text",
    "Time",
    "Url",
]
