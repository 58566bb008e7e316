"""Pages of the console: the categories of a bot, one of them with its people, and a panel on the page of a person."""

from gutenbot.sdk import Action, Column, Form, Part, Stat, Table
from gutenbot_subscriptions import http

MADE_HERE = {"source": "CONSOLE"}
"""Those of code are changed in code."""


def add_pages(part: Part) -> None:
    """Declares them."""
    part.page(
        "subscriptions",
        title="subscriptions.title",
        about="subscriptions.about",
        permission=http.READ,
        group="engage",
        icon="bell",
        of_bot=True,
        body=[*_numbers(), _categories(), Form(title="subscriptions.new", route=http.add, submit="subscriptions.make",
              done="subscriptions.made"), _removed()],
    )  # fmt: skip
    part.page(
        "category",
        title="subscriptions.category",
        permission=http.READ,
        path="categories/:category",
        of_bot=True,
        body=[_number_of_people(), _people(), _languages(), _new_language()],
    )
    part.panel("person", "of-person", title="subscriptions.title", permission=http.READ, body=[_of_person()])


def _numbers() -> list[Stat]:
    return [
        Stat(title="subscriptions.total.people", source=http.totals, field="people"),
        Stat(title="subscriptions.total.categories", source=http.totals, field="categories"),
    ]


def _categories() -> Table:
    return Table(
        title="subscriptions.categories",
        rows=http.categories,
        id="category",
        link="categories/{category}",
        columns=[
            Column("name", "subscriptions.field.name"),
            Column("subscribers", "subscriptions.column.people", kind="number"),
            Column("words", "subscriptions.column.words", wide_only=True),
            Column("source", "subscriptions.column.source", kind="tag", wide_only=True),
        ],
        empty="subscriptions.empty",
        actions=[
            Action(title="subscriptions.change", route=http.change, form=True, done="subscriptions.changed", when=MADE_HERE),
            Action(title="subscriptions.remove", route=http.remove, typed="name", undo=http.restore, when=MADE_HERE,
                   confirm="subscriptions.removeText", done="subscriptions.removed"),
        ],
    )  # fmt: skip


def _removed() -> Table:
    return Table(
        title="subscriptions.bin",
        rows=http.removed,
        id="category",
        columns=[
            Column("name", "subscriptions.field.name"),
            Column("subscribers", "subscriptions.column.people", kind="number"),
            Column("removed", "subscriptions.column.removed", kind="time"),
        ],
        empty="subscriptions.binEmpty",
        actions=[Action(title="subscriptions.restore", route=http.restore, done="subscriptions.restored")],
    )


def _number_of_people() -> Stat:
    return Stat(title="subscriptions.column.people", source=http.one_category, field="subscribers")


def _people() -> Table:
    return Table(
        title="subscriptions.people",
        rows=http.members,
        id="user",
        link="/bots/{bot}/people/{user}",
        columns=[
            Column("name", "subscriptions.field.person"),
            Column("since", "subscriptions.column.since", kind="time"),
            Column("by", "subscriptions.column.by", wide_only=True),
        ],
        empty="subscriptions.nobody",
        export="subscribers.csv",
        actions=[
            Action(title="subscriptions.takeOut", route=http.take_out, undo=http.put_in,
                   confirm="subscriptions.takeOutText", done="subscriptions.takenOut"),
        ],
    )  # fmt: skip


def _languages() -> Table:
    return Table(
        title="subscriptions.languages",
        rows=http.languages,
        id="language",
        columns=[
            Column("language", "subscriptions.field.language", kind="tag"),
            Column("name", "subscriptions.field.name"),
            Column("words", "subscriptions.column.words", wide_only=True),
        ],
        actions=[
            Action(title="subscriptions.change", route=http.change_language, form=True, when=MADE_HERE,
                   done="subscriptions.changed"),
            Action(title="subscriptions.removeLanguage", route=http.remove_language,
                   when={**MADE_HERE, "first": False}, confirm="subscriptions.removeLanguageText", done="subscriptions.changed"),
        ],
    )  # fmt: skip


def _new_language() -> Form:
    return Form(
        title="subscriptions.newLanguage",
        route=http.add_language,
        submit="subscriptions.make",
        done="subscriptions.made",
    )


def _of_person() -> Table:
    return Table(
        rows=http.of_person,
        id="category",
        columns=[
            Column("name", "subscriptions.field.name"),
            Column("subscribed", "subscriptions.column.subscribed", kind="yesno"),
            Column("since", "subscriptions.column.since", kind="time", wide_only=True),
        ],
        empty="subscriptions.empty",
        actions=[
            Action(
                title="subscriptions.switchOn",
                route=http.put_in,
                done="subscriptions.putIn",
                when={"subscribed": False},
            ),
            Action(
                title="subscriptions.switchOff",
                route=http.take_out,
                undo=http.put_in,
                when={"subscribed": True},
                done="subscriptions.takenOut",
            ),
        ],
    )
