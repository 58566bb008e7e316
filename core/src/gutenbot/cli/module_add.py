"""`gutenbot module add` and `remove`: what the console's page does, in the running server of a project."""

import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from gutenbot.cli.access import dev_option, place_of, project_option
from gutenbot.cli.output import Output
from gutenbot.cli.root import Context
from gutenbot.cli.server_file import Client, part
from gutenbot.kernel.errors import UserMistake

_PACKAGES = "/api/v1/packages"
_LOOK_S = 0.1
_FILE = re.compile(r"\.(whl|zip)$", re.IGNORECASE)


class NoServerRuns(UserMistake):
    """No server of this project runs, and a running one installs modules. Start it with `gutenbot dev` or `gutenbot serve`."""

    code = "cli.no-server"


class NotBrought(UserMistake):
    """{name} could not be brought: {reason}"""

    code = "cli.module-not-brought"


class NotConfirmed(UserMistake):
    """Nothing was installed: nobody confirmed it. Answer the question with `y`, or say `--yes`."""

    code = "cli.not-confirmed-module"


@click.command()
@click.argument("source", metavar="WHEEL|ZIP|NAME[==VERSION]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@project_option
@dev_option
@click.pass_obj
def add(context: Context, source: str, yes: bool, target: str | None, in_dev: bool) -> int:
    """Install a module in the running server: from a wheel, from a zip of wheels, or by its name from the index.

    What it is and whether it fits is shown first. When a stage fails, everything is as it was before; the exit code is 1 then.
    """
    server, out = _server(target, dev=in_dev), context.output
    package = _upload(server, Path(source)) if _FILE.search(source) else _bring(server, out, source)
    path = f"{_PACKAGES}/{part(package['id'])}"
    _show(out, package)
    if package["obstacles"] or not (yes or (not out.as_json and click.confirm("Install it?"))):
        server.call("DELETE", path)
        if package["obstacles"]:
            out.data(package)
            return 1
        raise NotConfirmed
    outcome = _follow(server, out, server.call("POST", f"{path}/install")["id"])["outcome"]
    out.data(outcome)
    if not outcome["ok"]:
        out.line(f"{out.bad('✗')} {outcome['failed']}: {outcome['reason']}")
        out.line("  Everything is as it was before.")
        return 1
    done = "counts from the next start on" if outcome["pending"] else "runs"
    out.line(f"{out.good('✓')} {outcome['module']} {outcome['version']} {done}.")
    return 0


@click.command()
@click.argument("name", metavar="MODULE")
@click.option("--drop-data", is_flag=True, help="Remove its tables and settings as well.")
@project_option
@dev_option
@click.pass_obj
def remove(context: Context, name: str, drop_data: bool, target: str | None, in_dev: bool) -> int:
    """Remove a module that was installed in the running server. Its tables and settings are kept, unless --drop-data is said."""
    server, out = _server(target, dev=in_dev), context.output
    found = server.call("DELETE", f"/api/v1/modules/{part(name)}?data={'drop' if drop_data else 'keep'}")
    out.data(found)
    dropped = f"Its settings and {len(found['dropped'])} of its tables are gone."
    out.line(
        f"{out.good('✓')} {found['module']} {found['version']} is removed. {dropped if drop_data else 'Its data is kept.'}"
    )
    return 0


def _server(target: str | None, *, dev: bool) -> Client:
    server = place_of(target, dev=dev).server()
    if server is None:
        raise NoServerRuns
    return server


def _upload(server: Client, file: Path) -> Any:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise click.FileError(str(file), error.strerror or str(error)) from None
    return json.loads(server.send("POST", f"{_PACKAGES}?{urlencode({'name': file.name})}", data))


def _bring(server: Client, out: Output, source: str) -> Any:
    """The package that the server fetched from its index."""
    name, _, version = source.partition("==")
    job = server.call("POST", f"{_PACKAGES}/from-index", {"name": name, "version": version})["id"]
    work = _follow(server, out, job)
    if not work["package"]:
        raise NotBrought(name=source, reason=work["lines"][-1]["text"] if work["lines"] else "no reason was given")
    return server.call("GET", f"{_PACKAGES}/{part(work['package'])}")


def _follow(server: Client, out: Output, job: str) -> Any:
    """Tells what a job does until it ends."""
    told = 0
    while True:
        work = server.call("GET", f"{_PACKAGES}/work/{part(job)}")
        for line in work["lines"][told:]:
            out.line(f"  {out.dim(line['stage'].ljust(8))} {line['text']}")
        told = len(work["lines"])
        if work["ended"]:
            return work
        time.sleep(_LOOK_S)


def _show(out: Output, package: Any) -> None:
    """What it is, and whether it fits, before anything of it has run."""
    replaces = f", replaces {package['installed']}" if package["installed"] else ""
    out.line(f"{out.strong(package['module'])} {package['version']}{replaces}  {package['summary']}".rstrip())
    facts = {
        "publisher": package["publisher"],
        "licence": package["licence"],
        "homepage": package["homepage"],
        "size": f"{package['size'] / 1000:,.0f} KB, {package['files']} files",
        "sha256": package["sha256"],
        "needs": ", ".join(package["requires"]),
        "brings": ", ".join(package["along"]),
    }
    for name, value in facts.items():
        if value:
            out.line(f"  {out.dim(name.ljust(9))} {value}")
    out.line("  It runs with the rights of the server: install only what you trust.")
    for obstacle in package["obstacles"]:
        out.line(f"  {out.bad('✗')} {obstacle}")
