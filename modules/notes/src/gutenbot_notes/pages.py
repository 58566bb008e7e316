"""Pages of the console: all notes of a bot, one with its edits, and the panel on the page of a person."""

from gutenbot.sdk import Action, Column, Form, Part, Stat, Table
from gutenbot_notes import http


def add_pages(part: Part) -> None:
    """Declares them."""
    part.page(
        "notes",
        title="notes.title",
        about="notes.about",
        permission=http.READ,
        group="engage",
        icon="file",
        of_bot=True,
        body=[
            Stat(title="notes.total.notes", source=http.totals, field="notes"),
            Stat(title="notes.total.people", source=http.totals, field="people"),
            _all(),
            _removed(),
        ],
    )
    part.page(
        "note",
        title="notes.note",
        permission=http.READ,
        path="notes/:note",
        of_bot=True,
        body=[_change(), _history()],
    )
    part.panel("person", "of-person", title="notes.title", permission=http.READ, body=[_of_person(), _write()])


def _actions() -> list[Action]:
    return [
        Action(title="notes.change", route=http.change, form=True, done="notes.changed"),
        Action(
            title="notes.remove", route=http.remove, confirm="notes.removeText", undo=http.restore, done="notes.removed"
        ),
    ]


def _all() -> Table:
    return Table(
        title="notes.all",
        rows=http.all_notes,
        id="note",
        link="notes/{note}",
        search="q",
        columns=[
            Column("text", "notes.field.text", kind="long"),
            Column("name", "notes.field.person"),
            Column("author", "notes.field.author", wide_only=True),
            Column("created", "notes.field.created", kind="time", wide_only=True),
            Column("edited", "notes.field.edited", kind="time", wide_only=True),
        ],
        empty="notes.empty",
        export="notes.csv",
        actions=_actions(),
    )


def _removed() -> Table:
    return Table(
        title="notes.bin",
        rows=http.removed,
        id="note",
        columns=[
            Column("text", "notes.field.text", kind="long"),
            Column("author", "notes.field.author"),
            Column("created", "notes.field.created", kind="time", wide_only=True),
        ],
        empty="notes.binEmpty",
        actions=[Action(title="notes.restore", route=http.restore, done="notes.restored")],
    )


def _change() -> Form:
    return Form(route=http.change, values=http.one_note, submit="notes.change", done="notes.changed")


def _history() -> Table:
    return Table(
        title="notes.history",
        rows=http.history,
        id="version",
        columns=[
            Column("text", "notes.field.text", kind="long"),
            Column("by", "notes.field.author"),
            Column("at", "notes.field.created", kind="time"),
        ],
    )


def _of_person() -> Table:
    return Table(
        rows=http.of_person,
        id="note",
        link="/bots/{bot}/m/notes/notes/{note}",
        columns=[
            Column("text", "notes.field.text", kind="long"),
            Column("author", "notes.field.author", wide_only=True),
            Column("created", "notes.field.created", kind="time"),
            Column("edited", "notes.field.edited", kind="time", wide_only=True),
        ],
        empty="notes.none",
        actions=_actions(),
    )


def _write() -> Form:
    return Form(route=http.add, submit="notes.write", done="notes.written")
