"""The tables of notifications, as the migrations make them."""

import sqlalchemy as sa

from gutenbot.storage.fields import number, text

META = sa.MetaData()

NOTIFICATION = sa.Table(
    "notification",
    META,
    text("id", key=True),
    text("level"),
    text("message"),
    text("link"),
    text("module"),
    text("bot_id"),
    text("needs"),
    text("same"),
    number("times"),
    number("created_ms"),
    number("last_ms"),
)
"""`needs`: who sees it, as `may:<permission>` or `account:<id>`; empty: everybody. `same`: what comes again within an hour
under the same name is counted (`times`), not told anew."""

READ = sa.Table(
    "notification_read", META, text("account_id", key=True), text("notification_id", key=True), number("read_ms")
)
"""Read one by one."""

SEEN = sa.Table("notification_seen", META, text("account_id", key=True), text("up_to"), number("read_ms"))
"""Everything up to this id is read."""
