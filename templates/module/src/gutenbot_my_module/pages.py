"""The pages in the console: one in Python, one in TypeScript. Texts are ids in `locales/`."""

from gutenbot.sdk import Action, Chart, Column, Form, Part, Script, Stat, Table
from gutenbot_my_module import http

pages = Part()

pages.page(
    "words",
    title="words.title",
    about="words.about",
    permission=http.READ,
    group="improve",
    icon="message",
    of_bot=True,
    body=[
        Stat(title="words.total", source=http.total, field="heard"),
        Chart(title="words.top", source=http.top, x="word", y={"heard": "words.heard"}),
        Table(
            rows=http.words,
            id="word",
            columns=[Column("word", "words.word"), Column("heard", "words.heard", kind="number")],
            empty="words.empty",
            actions=[
                Action(title="words.remove", route=http.remove, confirm="words.remove_help", done="words.removed")
            ],
        ),
        Form(title="words.add", route=http.add, submit="words.add"),
    ],
)

pages.page(
    "cloud", title="cloud.title", about="cloud.about", permission=http.READ, group="improve", icon="star", of_bot=True,
    body=Script("console.js"),
)  # fmt: skip
