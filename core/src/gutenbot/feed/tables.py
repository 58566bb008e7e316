"""The tables of the feed, as the migrations make them."""

import sqlalchemy as sa

from gutenbot.storage.fields import counter, number, text

META = sa.MetaData()

EVENT = sa.Table("live_event", META, counter("seq"), text("topic"), text("audience"), number("at_ms"), text("data"))
"""What was told, in the order in which it became true. `data` is JSON; `audience` says who of the listeners hears it."""

PRESENCE = sa.Table(
    "live_presence",
    META,
    text("object", key=True),
    text("connection", key=True),
    text("account_id"),
    text("name"),
    text("data"),
    number("since_ms"),
    number("until_ms"),
)
"""Who looks at what, one row per open page; it ends by itself at `until_ms` when the worker that knew of it is gone."""
