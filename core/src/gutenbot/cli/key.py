"""`gutenbot key`: keys of programs. A key is shown once; only its hash is kept."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from gutenbot.accounts.permissions import ALL, ROLES
from gutenbot.cli.access import Place, dev_option, place_of, project_option, with_storage
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import part
from gutenbot.kernel.errors import UserMistake

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage

SHOWN = 9


class KeyExists(UserMistake):
    """There is a key named {name} already. Take it back first (`gutenbot key revoke {name}`), or choose another name."""

    code = "cli.key-exists"


class NoSuchKey(UserMistake):
    """There is no key named {name}. See `gutenbot key list`."""

    code = "cli.no-key"


@click.group()
def key() -> None:
    """Give programs access to the API."""


@key.command()
@click.argument("name")
@click.option("--role", type=click.Choice(list(ROLES)), default="agent", show_default=True, help="What the key may do.")
@click.option(
    "--scope", "scopes", multiple=True, metavar="PERMISSION", type=click.Choice(sorted(ALL)),
    help="Only this permission of the role; may be given several times.",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), help="How long it works; without it, until it is revoked.")
@project_option
@dev_option
@click.pass_obj
def add(
    context: Context, name: str, role: str, scopes: tuple[str, ...], days: int | None, target: str | None, in_dev: bool
) -> int:
    """Make a key for NAME, and show it once."""
    made = _add(place_of(target, dev=in_dev), name, role, list(scopes), days)
    out = context.output
    out.data({"name": name, "role": role, "key": made})
    out.line(f"{out.good('✓')} {name} may do what the role {role} allows. The key, shown only now:")
    out.line(f"\n  {made}\n")
    out.line(f"Send it as `Authorization: Bearer …`. Take it back with: gutenbot key revoke {name}")
    return 0


def _add(place: Place, name: str, role: str, scopes: list[str], days: int | None) -> str:
    from gutenbot.kernel.clock import SystemClock, to_ms
    from gutenbot.kernel.ids import new_key

    now = SystemClock().now()
    ends = now + timedelta(days=days) if days else None
    server = place.server()
    if server is not None:
        body = {"name": name, "role": role, "scopes": scopes, "expires": ends.isoformat() if ends else None}
        return str(server.call("POST", "/api/v1/keys", body)["key"])
    made = new_key("gb_")

    async def work(storage: "Storage") -> None:
        from gutenbot.accounts.lines import Line
        from gutenbot.accounts.secrets import kept
        from gutenbot.cli.desk import COMMAND_LINE, desk_over

        if any(row.name == name for row in await storage.keys()):
            raise KeyExists(name=name)
        await storage.add_key(
            kept(made), name, role, COMMAND_LINE.name, to_ms(now), scopes=scopes, prefix=made[:SHOWN],
            ends_ms=to_ms(ends) if ends else 0,
        )  # fmt: skip
        line = Line(verb="key.added", object="key", object_id=name, what=f"made the key {name}", after={"role": role})
        await desk_over(storage).note(COMMAND_LINE, line)

    with_storage(place, work, create=True)
    return made


@key.command("list")
@project_option
@dev_option
@click.pass_obj
def list_all(context: Context, target: str | None, in_dev: bool) -> int:
    """Show who has a key."""
    found = list_keys(place_of(target, dev=in_dev))
    context.output.data(found)
    rows = [
        (one["name"], one["role"], one["prefix"] + "…", _day(one["created"]), _day(one["last_used"])) for one in found
    ]
    empty = "Nobody has a key. Make one with: gutenbot key add NAME"
    context.output.table(("name", "role", "begins", "created", "last used"), rows, empty)
    return 0


def _day(moment: str | None) -> str:
    return str(moment)[:16].replace("T", " ") if moment else "never"


def list_keys(place: Place) -> list[dict[str, Any]]:
    """Who has a key, without the keys."""
    from gutenbot.kernel.clock import from_ms

    server = place.server()
    if server is not None:
        listed: list[dict[str, Any]] = server.call("GET", "/api/v1/keys")["items"]
        return listed

    def moment(ms: int) -> str | None:
        return from_ms(ms).isoformat() if ms else None

    async def work(storage: "Storage") -> list[dict[str, Any]]:
        return [
            {
                "name": row.name, "role": row.role, "made_by": row.actor, "prefix": row.prefix, "scopes": list(row.scopes),
                "created": moment(row.created_ms), "expires": moment(row.ends_ms), "last_used": moment(row.used_ms),
            } for row in await storage.keys()
        ]  # fmt: skip

    return with_storage(place, work)


@key.command()
@click.argument("name")
@project_option
@dev_option
@click.pass_obj
def revoke(context: Context, name: str, target: str | None, in_dev: bool) -> int:
    """Take the key of NAME back; it stops working within 5 seconds."""
    _revoke(place_of(target, dev=in_dev), name)
    context.output.data({"name": name, "revoked": True})
    context.output.line(f"{context.output.good('✓')} The key of {name} does not work any more.")
    return 0


def _revoke(place: Place, name: str) -> None:
    server = place.server()
    if server is not None:
        server.call("DELETE", f"/api/v1/keys/{part(name)}")
        return

    async def work(storage: "Storage") -> None:
        from gutenbot.accounts.lines import Line
        from gutenbot.cli.desk import COMMAND_LINE, desk_over

        if not await storage.revoke_key(name):
            raise NoSuchKey(name=name)
        line = Line(verb="key.revoked", object="key", object_id=name, what=f"revoked the key {name}")
        await desk_over(storage).note(COMMAND_LINE, line)

    with_storage(place, work)
