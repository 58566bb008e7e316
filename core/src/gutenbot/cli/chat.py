"""`gutenbot chat`: a conversation in the terminal, with a running server or with the bot in this very process."""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import click

from gutenbot.cli.access import place_of
from gutenbot.cli.dead import one_bot
from gutenbot.cli.output import Output
from gutenbot.cli.root import Context
from gutenbot.cli.talk import Talk, in_process, with_server
from gutenbot.kernel.ids import new_id

MOST_TYPING_S = 1.5


@click.command()
@click.argument("target", required=False, metavar="[FILE|FOLDER]")
@click.option("--bot", help="The bot, where there are several.")
@click.option("--conversation", help="Go on with this conversation; without it a new one begins.")
@click.option("--no-typing", is_flag=True, help="Show answers at once, without the pace of typing.")
@click.pass_obj
def chat(context: Context, target: str | None, bot: str | None, conversation: str | None, no_typing: bool) -> int:
    """Talk to a bot in the terminal. Numbers choose offered answers; an empty line or Ctrl-D ends."""
    place = place_of(target)
    server = place.server()
    paced = not no_typing and sys.stdout.isatty()
    thread = conversation or f"terminal-{new_id()}"
    if server is not None:
        talk: Talk = with_server(server, one_bot(bot, server.bots()), thread)
        return converse(context.output, talk, paced=paced)
    with in_process(target, bot, thread) as talk:
        return converse(context.output, talk, paced=paced)


def converse(out: Output, talk: Talk, *, paced: bool) -> int:
    """Reads lines and shows answers until there are no more."""
    offered: list[Mapping[str, Any]] = []
    out.line(out.dim(f"  You talk to {talk.bot}. An empty line ends."))
    while True:
        words = _read()
        if words is None:
            out.line(out.dim(f"  Go on with: gutenbot chat --conversation {talk.conversation}"))
            return 0
        answer = talk.say(event_for(words, offered))
        out.data(answer)
        offered = show(out, answer["messages"], paced=paced)
        if answer.get("pending"):
            out.line(out.dim("  … the bot is still at work; what it says later stands in the conversation"))


def _read() -> str | None:
    try:
        words = input("> " if sys.stdin.isatty() else "")
    except EOFError:
        return None
    return words.strip() or None


def event_for(words: str, offered: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a line says: the number of an offered answer is a tap on it."""
    if words.isdigit() and 1 <= int(words) <= len(offered):
        chosen = offered[int(words) - 1]
        title = str(chosen["title"])
        return {"event": {"type": "payload", "payload": chosen.get("payload") or title, "title": title}}
    return {"text": words}


def show(out: Output, messages: Sequence[Mapping[str, Any]], *, paced: bool) -> list[Mapping[str, Any]]:
    """Prints messages in order, and returns the answers that are on offer."""
    offered: list[Mapping[str, Any]] = []
    for message in messages:
        if paced:
            time.sleep(min(MOST_TYPING_S, (message.get("wait_ms", 0) + message.get("typing_ms", 0)) / 1000))
        for line in lines_of(message):
            out.line(f"  {line}")
        offered = offers_of(message) or offered
    for number, one in enumerate(offered, 1):
        out.line(f"    {out.strong(str(number))}  {one['title']}")
    return offered


def offers_of(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Quick replies, and buttons that say or post something."""
    buttons = [b for b in message.get("buttons", ()) if b.get("kind", "postback") in ("postback", "say")]
    for card in message.get("cards", ()):
        buttons += [b for b in card.get("buttons", ()) if b.get("kind", "postback") in ("postback", "say")]
    taps = [{"title": b["title"], "payload": b.get("value") or b["title"]} for b in buttons]
    return [*message.get("quick_replies", ()), *taps]


def lines_of(message: Mapping[str, Any]) -> list[str]:
    """A message in words."""
    kind = message["type"]
    if kind in ("text", "choices", "buttons"):
        links = [f"{b['title']}: {b.get('value', '')}" for b in message.get("buttons", ()) if b.get("kind") == "link"]
        return [*str(message["text"]).splitlines(), *links]
    if kind in ("card", "carousel"):
        cards = message.get("cards", (message,))
        return [f"▪ {c['title']}{' — ' + c['subtitle'] if c.get('subtitle') else ''}" for c in cards]
    if kind == "form":
        return [message.get("title") or message["form_id"], *(f"  {field['label']}" for field in message["fields"])]
    words = message.get("caption") or message.get("alt") or message.get("name") or message.get("title") or ""
    return [f"[{kind}] {words} {message.get('url', '')}".rstrip()] if kind != "typing" else []
