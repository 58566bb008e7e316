"""`gutenbot user`: keys of operators and of other programs. A key is shown once; only its hash is kept."""

from typing import TYPE_CHECKING, Any

import click

from gutenbot.cli.access import Place, dev_option, place_of, project_option, with_storage
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import part
from gutenbot.kernel.errors import UserMistake

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage

ROLES = ("admin", "operator", "viewer")


class KeyExists(UserMistake):
    """There is a key named {name} already. Take it back first (`gutenbot user revoke {name}`), or choose another name."""

    code = "cli.key-exists"


class NoSuchKey(UserMistake):
    """There is no key named {name}. See `gutenbot user list`."""

    code = "cli.no-key"


@click.group()
def user() -> None:
    """Give people and programs access to the API."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True, help="What the key may do.")
@project_option
@dev_option
@click.pass_obj
def add(context: Context, name: str, role: str, target: str | None, in_dev: bool) -> int:
    """Make a key for NAME, and show it once."""
    key = _add(place_of(target, dev=in_dev), name, role)
    out = context.output
    out.data({"name": name, "role": role, "key": key})
    out.line(f"{out.good('✓')} {name} may do what the role {role} allows. The key, shown only now:")
    out.line(f"\n  {key}\n")
    out.line(f"Send it as `Authorization: Bearer …`. Take it back with: gutenbot user revoke {name}")
    return 0


def _add(place: Place, name: str, role: str) -> str:
    from gutenbot.http.auth import key_hash
    from gutenbot.kernel.clock import SystemClock, to_ms
    from gutenbot.kernel.ids import new_key

    server = place.server()
    if server is not None:
        return str(server.call("POST", "/api/v1/keys", {"name": name, "role": role})["key"])
    key = new_key("gb_")

    async def work(storage: "Storage") -> None:
        if any(known.name == name for known in await storage.keys()):
            raise KeyExists(name=name)
        await storage.add_key(key_hash(key.encode()), name, role, "cli", to_ms(SystemClock().now()))

    with_storage(place, work, create=True)
    return key


@user.command("list")
@project_option
@dev_option
@click.pass_obj
def list_all(context: Context, target: str | None, in_dev: bool) -> int:
    """Show who has a key."""
    found = list_keys(place_of(target, dev=in_dev))
    context.output.data(found)
    rows = [(one["name"], one["role"], str(one["created"])[:19]) for one in found]
    context.output.table(("name", "role", "created"), rows, "Nobody has a key. Make one with: gutenbot user add NAME")
    return 0


def list_keys(place: Place) -> list[dict[str, Any]]:
    """Who has a key, without the keys."""
    from gutenbot.kernel.clock import from_ms

    server = place.server()
    if server is not None:
        listed: list[dict[str, Any]] = server.call("GET", "/api/v1/keys")["items"]
        return listed

    async def work(storage: "Storage") -> list[dict[str, Any]]:
        rows = await storage.keys()
        return [
            {"name": row.name, "role": row.role, "made_by": row.actor, "created": from_ms(row.created_ms).isoformat()}
            for row in rows
        ]

    return with_storage(place, work)


@user.command()
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
        if not await storage.revoke_key(name):
            raise NoSuchKey(name=name)

    with_storage(place, work)
