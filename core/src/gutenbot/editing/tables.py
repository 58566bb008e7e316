"""The tables of edited content, as the migrations make them. Moments are milliseconds since 1970 UTC; 0 and "" mean none."""

import sqlalchemy as sa

META = sa.MetaData()
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, primary_key=key, nullable=False, default="")


def _int(name: str, *, key: bool = False) -> "sa.Column[int]":
    return sa.Column(name, _BIG, primary_key=key, nullable=False, default=0, autoincrement=False)


ITEM = sa.Table(
    "content_item",
    META,
    _text("bot_id", key=True),
    _text("item_id", key=True),
    _text("type"),
    _text("source"),
    _text("title"),
    _text("tags"),
    _int("archived"),
    _int("version"),
    _int("edit"),
    _int("created_ms"),
    _text("created_by"),
    _int("edited_ms"),
    _text("edited_by"),
)
"""An item that somebody has edited. `source`: `console` (born there) or `override`. `version` grows with each change of the item,
`edit` is the number of the change among all of the bot."""

TEXT = sa.Table(
    "content_text",
    META,
    _text("bot_id", key=True),
    _text("item_id", key=True),
    _text("locale", key=True),
    _int("live_n"),
    _int("draft_n"),
    _int("last_n"),
    _int("version"),
    _int("generation"),
    _text("base_hash"),
    _text("base_source"),
    _text("stale_of"),
    _int("go_live_ms"),
    _int("expire_ms"),
    _text("zone"),
    _int("planned_n"),
    _text("planned_by"),
    _text("review"),
    _text("reviewer"),
    _text("reviewed_by"),
    _int("review_n"),
)
"""An item in one language. `live_n`: the revision that users get; 0: the file's. `draft_n`: the one that is being written.
`version`: that of the item when this text last changed. `generation`: that of the bot's content when `live_n` last changed.
`base_*`: the file's text on top of which it was published. `stale_of`: the hash of the source text that it translates.
`review`: asked, approved or sent-back, for revision `review_n`."""

REVISION = sa.Table(
    "content_revision",
    META,
    _text("bot_id", key=True),
    _text("item_id", key=True),
    _text("locale", key=True),
    _int("n", key=True),
    _int("version"),
    _text("source"),
    _text("kind"),
    _text("author_id"),
    _text("author"),
    _int("at_ms"),
    _text("reason"),
    _int("release"),
    _int("of_n"),
    _int("live_ms"),
    _int("left_ms"),
)
"""A state of a text: the YAML that stands below the item's key. Those that were live are never removed."""

RELEASE = sa.Table(
    "content_release",
    META,
    _text("bot_id", key=True),
    _int("seq", key=True),
    _text("name"),
    _text("state"),
    _int("made_ms"),
    _int("go_ms"),
    _int("live_ms"),
    _text("zone"),
    _text("author_id"),
    _text("author"),
    _text("reason"),
    _int("generation"),
    _int("undoes"),
    _text("items"),
)
"""Texts that went, or shall go, live together. `state`: scheduled, live, undone, cancelled, failed. `items`: a JSON list of
{id, locale, from, to, expires_ms}, revisions by number."""

COMMENT = sa.Table(
    "content_comment",
    META,
    _text("bot_id", key=True),
    _text("id", key=True),
    _text("item_id"),
    _text("locale"),
    _text("field"),
    _text("author_id"),
    _text("author"),
    _int("at_ms"),
    _text("words"),
    _int("done_ms"),
    _text("done_by"),
)

POSITION = sa.Table(
    "content_position", META, _text("bot_id", key=True), _int("generation"), _int("edit"), _int("last_release")
)
"""How often a bot's content was published and edited: workers compare these numbers with theirs."""

WORKER = sa.Table(
    "content_worker", META, _text("worker", key=True), _text("bot_id", key=True), _int("generation"), _int("seen_ms")
)
"""Which generation each worker says."""

COUNT = sa.Table(
    "content_count",
    META,
    _text("bot_id", key=True),
    _text("item_id", key=True),
    _int("day", key=True),
    _int("shown"),
    _int("clicked"),
)
"""How often an item was said and its answers were chosen, by day (days since 1970)."""

REFERENCE = sa.Table(
    "content_reference",
    META,
    _text("bot_id", key=True),
    _text("item_id", key=True),
    _text("kind", key=True),
    _text("place", key=True),
    _text("title"),
)
"""What else than code uses an item: broadcasts, canned replies."""
