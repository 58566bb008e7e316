"""Typed parsers of replies: what `chat.ask` waits for and returns."""

from gutenbot.dialogs.answers.answer import Answer, Context, Invalid
from gutenbot.dialogs.answers.choices import Choice, Confirm
from gutenbot.dialogs.answers.numbers import Date, Number, Time
from gutenbot.dialogs.answers.things import Anything, File, Form, Location
from gutenbot.dialogs.answers.words import Email, Phone, Text, Url

__all__ = [
    "Answer",
    "Anything",
    "Choice",
    "Confirm",
    "Context",
    "Date",
    "Email",
    "File",
    "Form",
    "Invalid",
    "Location",
    "Number",
    "Phone",
    "Text",
    "Time",
    "Url",
]
