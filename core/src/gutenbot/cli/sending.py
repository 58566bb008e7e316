"""`gutenbot sending`: whether this copy of the bot sends messages. A restored copy does not, until somebody says so."""

import sys
from typing import TYPE_CHECKING, Any

import click

from gutenbot.cli.access import Place, dev_option, place_of, project_option, with_storage
from gutenbot.cli.copying import counted
from gutenbot.cli.root import Context

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage

_PATH = "/api/v1/instance"


@click.group()
def sending() -> None:
    """See, stop and allow the sending of messages."""


@sending.command()
@project_option
@dev_option
@click.pass_obj
def show(context: Context, target: str | None, in_dev: bool) -> int:
    """Say whether messages are sent, and how many wait."""
    found = _instance(place_of(target, dev=in_dev))
    out = context.output
    out.data(found)
    waiting = f"{counted(found['waiting'], 'message')} wait{'s' if found['waiting'] == 1 else ''}."
    if found["sending_lock"]:
        out.line(f"{out.bad('✗')} Nothing is sent. {found['sending_lock']} {waiting}")
        out.line("  Once no other copy of this bot runs: gutenbot sending unlock")
    else:
        out.line(f"{out.good('✓')} Messages are sent. {waiting}")
    return 0


@sending.command()
@click.option("--why", default="It was locked by hand.", help="What others shall read.")
@project_option
@dev_option
@click.pass_obj
def lock(context: Context, why: str, target: str | None, in_dev: bool) -> int:
    """Send nothing from now on. Turns go on, and what the bot says waits."""
    place = place_of(target, dev=in_dev)
    server = place.server()
    if server is not None:
        server.call("PUT", f"{_PATH}/sending-lock", {"why": why})
    else:

        async def work(storage: "Storage") -> None:
            await storage.lock_sending(why)

        with_storage(place, work)
    context.output.data({"sending_lock": why})
    context.output.line(f"{context.output.good('✓')} Nothing is sent until: gutenbot sending unlock")
    return 0


@sending.command()
@click.option("--discard", is_flag=True, help="What waits now is never sent: the original may have sent it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_option
@dev_option
@click.pass_obj
def unlock(context: Context, discard: bool, yes: bool, target: str | None, in_dev: bool) -> int:
    """Send from this copy. Do it only when no other copy of this bot runs."""
    place = place_of(target, dev=in_dev)
    found = _instance(place)
    out = context.output
    if found["sending_lock"] and not yes and sys.stdin.isatty():
        out.line(found["sending_lock"])
        out.line(f"{counted(found['waiting'], 'message')} will be {'discarded' if discard else 'sent'}.")
        click.confirm("Does no other copy of this bot run?", abort=True)
    gone = _unlock(place, discard=discard)
    out.data({"sending_lock": "", "discarded": gone})
    more = f" {counted(gone, 'message')} will never be sent." if discard else ""
    out.line(f"{out.good('✓')} Messages are sent from here now.{more}")
    return 0


def _instance(place: Place) -> dict[str, Any]:
    server = place.server()
    if server is not None:
        answer: dict[str, Any] = server.call("GET", _PATH)
        return answer

    async def work(storage: "Storage") -> dict[str, Any]:
        found = await storage.instance()
        return {"id": found.instance_id, "sending_lock": found.sending_lock, "waiting": found.waiting}

    return with_storage(place, work)


def _unlock(place: Place, *, discard: bool) -> int:
    server = place.server()
    if server is not None:
        return int(server.call("DELETE", f"{_PATH}/sending-lock?discard={str(discard).lower()}")["discarded"])
    from gutenbot.kernel.clock import SystemClock, to_ms

    async def work(storage: "Storage") -> int:
        return await storage.unlock_sending(discard=discard, now_ms=to_ms(SystemClock().now()))

    return with_storage(place, work)
