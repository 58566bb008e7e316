"""The pages for authors of modules: stages and wraps, signals, channels."""

from typing import get_args

import griffe

from gutenbot.turns.stages import Stage
from scripts.reference import members
from scripts.reference.authors import MARK

WHAT = {
    "receive": "The event is in. An old profile is fetched anew; while people answer, the bot is made silent.",
    "understand": "Recognisers say which intents the message may have (`turn.intents`).",
    "decide": "Dialogs answer: repair words, the open question, handlers, the fallback.",
    "render": "What is said (`turn.messages`) is fitted to what the channel can show. Skipped when nothing is said.",
}


def stages_page() -> str:
    """Stages, what a wrap gets, and the ways to extend."""
    assert WHAT.keys() == set(get_args(Stage))
    rows = "\n".join(f"| `{stage}` | {WHAT[stage]} |" for stage in get_args(Stage))
    return f"""# Stages, wraps and services

{MARK}

A turn passes four stages. A wrap is code around one of them: `async def wrap(turn, call_next)`.

| stage | what happens at its core |
|---|---|
{rows}

A wrap that does not call `call_next()` ends the turn at this stage; the event is `ignored` then.

## `Turn` {{: #Turn }}

What a wrap gets.

{members.fields(members.find("turns.turn.Turn"))}
{members.methods(members.find("turns.turn.Turn"), "turn")}
## What a module can do

On `Module`, on `Part`, and on a bot:

{members.methods(members.find("modules.module.Part"), "part")}
## Services that are always there

`gutenbot.sdk.App` (the running app) can be required, and named as an argument of a handler by its type.
"""


def signals_page() -> str:
    """All signals."""
    module = members.package()["turns.signals"]
    signals = [member for member in module.members.values() if isinstance(member, griffe.Class)]
    ordered = sorted(signals, key=lambda one: one.lineno or 0)
    text = f"# Signals\n\n{MARK}\n\nNotices after the commit, for `subscribe`. "
    text += "A failing subscriber hurts nobody; a signal may be lost when the process ends just then.\n\n"
    return text + "\n".join(members.record(f"turns.signals.{one.name}") for one in ordered)


def channels_page() -> str:
    """The protocol of a channel."""
    channel = members.find("turns.channel.Channel")
    return f"""# Channels

{MARK}

A channel hands events in (`await app.turns.accept([Arrival(...)])`, which returns when they are on
disk) and is what the deliverer sends with. Add one with
`module.channel(factory)`. `ChannelContract` in `gutenbot.testing`
is the test that every channel passes.

## `Channel` {{: #Channel }}

{members.words(channel)}

{members.fields(channel)}
{members.methods(channel, "channel")}
{members.record("turns.channel.Capabilities")}
{members.record("turns.channel.Sent")}
{members.record("storage.rows.Arrival")}"""
