"""The tables of settings that are made in the console, as the migrations make them."""

import sqlalchemy as sa

from gutenbot.storage.fields import number, text

META = sa.MetaData()

SETTING = sa.Table(
    "setting",
    META,
    text("section", key=True),
    text("name", key=True),
    text("value"),
    text("key_id"),
    number("revision"),
    number("changed_ms"),
    text("changed_by"),
)
"""`value` is JSON; sealed by the key `key_id`, unless that is empty."""

SWITCH = sa.Table(
    "switch",
    META,
    text("kind", key=True),
    text("name", key=True),
    number("is_on"),
    text("reason"),
    number("revision"),
    number("changed_ms"),
    text("changed_by"),
)
"""`kind`: `module`, or `wrap` with the name `stage/wrap`. What has no row is as it comes."""

HEAD = sa.Table("setting_head", META, number("one", key=True), number("revision"))
"""Counts the changes of both tables, so that workers see by one number that there is something new."""
