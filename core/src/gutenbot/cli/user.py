"""`gutenbot user`: keys of operators and of other programs. A key is shown once; only its hash is kept."""

import asyncio
from typing import TYPE_CHECKING

import click

from gutenbot.cli.root import Context

if TYPE_CHECKING:
    from gutenbot.storage.port import Storage

ROLES = ("admin", "operator", "viewer")
_target = click.option(
    "--project", "target", metavar="FILE|FOLDER", help="The project; without it, that of this folder."
)
_dev = click.option("--dev", "in_dev", is_flag=True, help="In the database of `gutenbot dev`.")


@click.group()
def user() -> None:
    """Give people and programs access to the API."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="operator", show_default=True, help="What the key may do.")
@_target
@_dev
@click.pass_obj
def add(context: Context, name: str, role: str, target: str | None, in_dev: bool) -> int:
    """Make a key for NAME, and show it once."""
    from gutenbot.http.auth import key_hash
    from gutenbot.kernel.clock import SystemClock, to_ms
    from gutenbot.kernel.ids import new_key

    key = new_key("gb_")

    async def work(storage: "Storage") -> None:
        if any(known == name for known, *_ in await storage.keys()):
            raise click.ClickException(
                f"There is a key named {name} already. Revoke it first: gutenbot user revoke {name}"
            )
        await storage.add_key(key_hash(key.encode()), name, role, "cli", to_ms(SystemClock().now()))

    _with_storage(target, in_dev, work)
    out = context.output
    out.data({"name": name, "role": role, "key": key})
    out.line(f"{out.good('✓')} {name} may do what the role {role} allows. The key, shown only now:")
    out.line(f"\n  {key}\n")
    out.line("Send it as `Authorization: Bearer …`. Take it back with: " + f"gutenbot user revoke {name}")
    return 0


@user.command("list")
@_target
@_dev
@click.pass_obj
def list_all(context: Context, target: str | None, in_dev: bool) -> int:
    """Show who has a key."""
    from gutenbot.kernel.clock import from_ms

    found: list[tuple[str, str, str, int]] = []

    async def work(storage: "Storage") -> None:
        found.extend(await storage.keys())

    _with_storage(target, in_dev, work)
    rows = [(name, role, from_ms(created_ms).isoformat(timespec="seconds")) for name, role, _, created_ms in found]
    context.output.data([{"name": name, "role": role, "created": created} for name, role, created in rows])
    context.output.table(("name", "role", "created"), rows, "Nobody has a key. Make one with: gutenbot user add NAME")
    return 0


@user.command()
@click.argument("name")
@_target
@_dev
@click.pass_obj
def revoke(context: Context, name: str, target: str | None, in_dev: bool) -> int:
    """Take the key of NAME back; it stops working within 5 seconds."""
    gone: list[bool] = []

    async def work(storage: "Storage") -> None:
        gone.append(await storage.revoke_key(name))

    _with_storage(target, in_dev, work)
    context.output.data({"name": name, "revoked": gone[0]})
    if not gone[0]:
        context.output.line(f"There is no key named {name}. See: gutenbot user list", err=True)
        return 1
    context.output.line(f"{context.output.good('✓')} The key of {name} does not work any more.")
    return 0


def _with_storage(target: str | None, in_dev: bool, work: object) -> None:
    from gutenbot.cli.database import with_storage

    asyncio.run(with_storage(target, in_dev, work))  # type: ignore[arg-type]
