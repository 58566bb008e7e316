"""The tables of jobs, as the migrations make them."""

import sqlalchemy as sa

from gutenbot.storage.fields import data, number, text

META = sa.MetaData()

JOB = sa.Table(
    "job",
    META,
    text("id", key=True),
    text("kind"),
    text("title"),
    text("bot_id"),
    text("actor_kind"),
    text("actor_id"),
    text("actor_name"),
    text("account_id"),
    text("needs"),
    text("state"),
    text("wanted"),
    number("done"),
    number("total"),
    text("unit"),
    text("params"),
    text("cursor"),
    text("result"),
    text("error"),
    number("failures"),
    text("owner"),
    number("lease_until_ms"),
    number("created_ms"),
    number("started_ms"),
    number("changed_ms"),
    number("ended_ms"),
)
"""`wanted`: `pause` or `cancel`, asked for while it runs. `cursor`: JSON of where the next step begins (`at`), and how much
was done when this run began (`from`). `owner`: the process that runs it; what another one writes counts no more.
`needs`: the permission to see the result. `lease_until_ms`: not before then it is tried again."""

PIECE = sa.Table(
    "job_piece",
    META,
    text("job_id", key=True),
    number("n", key=True),
    data("data"),
)
"""The result, as far as it is: the pieces of a file, written with the steps that made them."""
