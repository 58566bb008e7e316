"""`gutenbot user`: people who work with the console. They are invited by a link, so no password passes the terminal."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gutenbot.accounts.permissions import ROLES
from gutenbot.cli.access import Place, dev_option, place_of, project_option, with_storage
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import Client, part
from gutenbot.kernel.errors import UserMistake

if TYPE_CHECKING:
    from gutenbot.accounts.desk import Db
    from gutenbot.accounts.lines import Line
    from gutenbot.storage.port import Storage

T = TypeVar("T")


class NoSuchAccount(UserMistake):
    """Nobody with the address {email} has an account. See `gutenbot user list`."""

    code = "cli.no-account"


@click.group()
def user() -> None:
    """Let people into the console."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="What they are called.")
@click.option(
    "--role", default="editor", show_default=True, help=f"What they may do: {', '.join(ROLES)}, or one of yours."
)
@project_option
@dev_option
@click.pass_obj
def add(context: Context, email: str, name: str, role: str, target: str | None, in_dev: bool) -> int:
    """Invite EMAIL: prints a link that works once, for 7 days."""
    place = place_of(target, dev=in_dev)
    server = place.server()
    if server is not None:
        body = {"role": role, "email": email, "name": name or None}
        link = str(server.call("POST", "/api/v1/invites", body)["link"])
    else:
        link = _link(place, "invite", _invite(email, name, role))
    context.output.data({"email": email, "role": role, "link": link})
    context.output.line(
        f"{context.output.good('✓')} Hand this link to {name or email}. It works once, for 7 days:\n\n  {link}\n"
    )
    return 0


def _invite(email: str, name: str, role: str) -> "Callable[[Db, int], tuple[str, Line]]":
    def work(db: "Db", now_ms: int) -> "tuple[str, Line]":
        from gutenbot.accounts import links, roles
        from gutenbot.accounts.lines import Line

        roles.must_exist(db, role)
        secret, row = links.make(db, "invite", now_ms, role=role, name=name, email=email, made_by="command line")
        what = f"invited {name or email} as {role}"
        return secret, Line(verb="invite.made", object="invite", object_id=row["id"], what=what, after={"role": role})

    return work


@user.command("list")
@project_option
@dev_option
@click.pass_obj
def list_all(context: Context, target: str | None, in_dev: bool) -> int:
    """Show who has an account."""
    found = list_people(place_of(target, dev=in_dev))
    context.output.data(found)
    rows = [(one["name"], one["email"], one["role"], _state(one), str(one["seen"] or "never")[:16]) for one in found]
    empty = "Nobody has an account. Invite somebody with: gutenbot user add EMAIL --role owner"
    context.output.table(("name", "e-mail", "role", "", "seen"), rows, empty)
    return 0


def _state(one: dict[str, Any]) -> str:
    return "disabled" if one["disabled"] else "two factors" if one["two_factor"] else ""


def list_people(place: Place) -> list[dict[str, Any]]:
    """Everybody with an account."""
    server = place.server()
    if server is not None:
        return _all_pages(server)

    def work(db: "Db") -> Sequence[dict[str, Any]]:
        from gutenbot.accounts import people
        from gutenbot.kernel.clock import from_ms

        return [
            {
                "id": row["id"], "name": row["name"], "email": row["email"], "role": row["role"],
                "two_factor": bool(row["totp_secret"]), "disabled": bool(row["disabled_ms"]),
                "created": from_ms(row["created_ms"]).isoformat(),
                "seen": from_ms(row["seen_ms"]).isoformat() if row["seen_ms"] else None,
            } for row in people.listed(db, 100_000, "")
        ]  # fmt: skip

    async def read(storage: "Storage") -> list[dict[str, Any]]:
        return list(await storage.read(work))

    return with_storage(place, read)


def _all_pages(server: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = server.call("GET", f"/api/v1/accounts?limit=200&after={part(after)}")
        found += page["items"]
        after = page["next"]
    return found


@user.command()
@click.argument("email")
@project_option
@dev_option
@click.pass_obj
def disable(context: Context, email: str, target: str | None, in_dev: bool) -> int:
    """Shut EMAIL out: every session and key of theirs ends within 5 seconds."""
    return _switch(context, place_of(target, dev=in_dev), email, disabled=True)


@user.command()
@click.argument("email")
@project_option
@dev_option
@click.pass_obj
def enable(context: Context, email: str, target: str | None, in_dev: bool) -> int:
    """Let EMAIL in again."""
    return _switch(context, place_of(target, dev=in_dev), email, disabled=False)


def _switch(context: Context, place: Place, email: str, *, disabled: bool) -> int:
    person = _person(place, email)
    server = place.server()
    if server is not None:
        server.call("PATCH", f"/api/v1/accounts/{part(person['id'])}", {"disabled": disabled})
    else:

        def work(db: "Db", now_ms: int) -> "tuple[None, Line]":
            from gutenbot.accounts import people
            from gutenbot.accounts.lines import Line
            from gutenbot.accounts.permissions import ALL

            people.manage(db, person["id"], ALL, now_ms, disabled=disabled)
            what = f"{'disabled' if disabled else 'enabled'} {person['name']}"
            return None, Line(verb="account.managed", object="account", object_id=person["id"], what=what)

        _change(place, work)
    out = context.output
    out.data({"email": email, "disabled": disabled})
    out.line(f"{out.good('✓')} {email} {'is shut out' if disabled else 'may sign in again'}.")
    return 0


@user.command("reset-password")
@click.argument("email")
@project_option
@dev_option
@click.pass_obj
def reset_password(context: Context, email: str, target: str | None, in_dev: bool) -> int:
    """Print a link by which EMAIL sets another password: it works once, for 30 minutes."""
    place = place_of(target, dev=in_dev)
    person = _person(place, email)
    server = place.server()
    if server is not None:
        link = str(server.call("POST", f"/api/v1/accounts/{part(person['id'])}/reset-link")["link"])
    else:

        def work(db: "Db", now_ms: int) -> "tuple[str, Line]":
            from gutenbot.accounts import links
            from gutenbot.accounts.lines import Line

            secret, _ = links.make(db, "reset", now_ms, account_id=person["id"], made_by="command line")
            what = f"made a link for {person['name']} to set another password"
            return secret, Line(verb="reset-link.made", object="account", object_id=person["id"], what=what)

        link = _link(place, "reset", work)
    context.output.data({"email": email, "link": link})
    context.output.line(f"Hand this link to {person['name']}. It works once, for 30 minutes:\n\n  {link}\n")
    return 0


def _person(place: Place, email: str) -> dict[str, Any]:
    wanted = email.strip().lower()
    for one in list_people(place):
        if one["email"] == wanted:
            return one
    raise NoSuchAccount(email=email)


def _link(place: Place, kind: str, work: "Callable[[Db, int], tuple[str, Line]]") -> str:
    from gutenbot.accounts.links import PATHS

    base = place.settings.base_url.rstrip("/") or f"http://localhost:{place.settings.port or 3000}"
    return f"{base}{PATHS[kind]}{_change(place, work)}"


def _change(place: Place, work: "Callable[[Db, int], tuple[T, Line]]") -> T:
    """A change with its line in the audit log, in the database itself."""

    async def opened(storage: "Storage") -> T:
        from gutenbot.cli.desk import COMMAND_LINE, desk_over

        desk = desk_over(storage)
        return await desk.change(COMMAND_LINE, lambda db: work(db, desk.now_ms()))

    return with_storage(place, opened, create=True)
