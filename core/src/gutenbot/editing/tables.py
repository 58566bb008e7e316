"""The tables of edited content, as the migrations make them. Moments are milliseconds since 1970 UTC; 0 and "" mean none."""

import sqlalchemy as sa

from gutenbot.storage.fields import number, text

META = sa.MetaData()

ITEM = sa.Table(
    "content_item",
    META,
    text("bot_id", key=True),
    text("item_id", key=True),
    text("type"),
    text("source"),
    text("title"),
    text("tags"),
    number("archived"),
    number("version"),
    number("edit"),
    number("created_ms"),
    text("created_by"),
    number("edited_ms"),
    text("edited_by"),
)
"""An item that somebody has edited. `source`: `console` (born there) or `override`. `version` grows with each change of the item,
`edit` is the number of the change among all of the bot."""

TEXT = sa.Table(
    "content_text",
    META,
    text("bot_id", key=True),
    text("item_id", key=True),
    text("locale", key=True),
    number("live_n"),
    number("draft_n"),
    number("last_n"),
    number("version"),
    number("generation"),
    text("base_hash"),
    text("base_source"),
    text("stale_of"),
    number("go_live_ms"),
    number("expire_ms"),
    text("zone"),
    number("planned_n"),
    text("planned_by"),
    text("review"),
    text("reviewer"),
    text("reviewed_by"),
    number("review_n"),
)
"""An item in one language. `live_n`: the revision that users get; 0: the file's. `draft_n`: the one that is being written.
`version`: that of the item when this text last changed. `generation`: that of the bot's content when `live_n` last changed.
`base_*`: the file's text on top of which it was published. `stale_of`: the hash of the source text that it translates.
`review`: asked, approved or sent-back, for revision `review_n`."""

REVISION = sa.Table(
    "content_revision",
    META,
    text("bot_id", key=True),
    text("item_id", key=True),
    text("locale", key=True),
    number("n", key=True),
    number("version"),
    text("source"),
    text("kind"),
    text("author_id"),
    text("author"),
    number("at_ms"),
    text("reason"),
    number("release"),
    number("of_n"),
    number("live_ms"),
    number("left_ms"),
)
"""A state of a text: the YAML that stands below the item's key. Those that were live are never removed."""

RELEASE = sa.Table(
    "content_release",
    META,
    text("bot_id", key=True),
    number("seq", key=True),
    text("name"),
    text("state"),
    number("made_ms"),
    number("go_ms"),
    number("live_ms"),
    text("zone"),
    text("author_id"),
    text("author"),
    text("reason"),
    number("generation"),
    number("undoes"),
    text("items"),
)
"""Texts that went, or shall go, live together. `state`: scheduled, held, live, undone, cancelled, failed. `items`: a JSON list
of {id, locale, from, to, expires_ms}, revisions by number; of planned ones also whether they were `approved` by then, and why
they were `held`: they might not be published any more when their moment came."""

COMMENT = sa.Table(
    "content_comment",
    META,
    text("bot_id", key=True),
    text("id", key=True),
    text("item_id"),
    text("locale"),
    text("field"),
    text("author_id"),
    text("author"),
    number("at_ms"),
    text("words"),
    number("done_ms"),
    text("done_by"),
)

POSITION = sa.Table(
    "content_position", META, text("bot_id", key=True), number("generation"), number("edit"), number("last_release")
)
"""How often a bot's content was published and edited: workers compare these numbers with theirs."""

WORKER = sa.Table(
    "content_worker", META, text("worker", key=True), text("bot_id", key=True), number("generation"), number("seen_ms")
)
"""Which generation each worker says."""

COUNT = sa.Table(
    "content_count",
    META,
    text("bot_id", key=True),
    text("item_id", key=True),
    number("day", key=True),
    number("shown"),
    number("clicked"),
)
"""How often an item was said and its answers were chosen, by day (days since 1970)."""

VARIANT = sa.Table(
    "content_variant",
    META,
    text("bot_id", key=True),
    text("item_id", key=True),
    text("variant", key=True),
    number("day", key=True),
    number("shown"),
    number("clicked"),
)
"""The same, of each variant of an item that has some."""

WORDING = sa.Table(
    "content_wording",
    META,
    text("bot_id", key=True),
    text("locale", key=True),
    text("forbidden"),
    text("instead"),
    number("version"),
    number("edited_ms"),
    text("edited_by"),
)
"""The words that a bot does not use in a language: JSON lists. `instead` has pairs, of a word and a better one."""
