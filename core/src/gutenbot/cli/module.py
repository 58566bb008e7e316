"""`gutenbot module`: which modules are installed, why one does not run, and how others come and go."""

import click

from gutenbot.cli.module_add import add, remove
from gutenbot.cli.module_doctor import module_doctor
from gutenbot.cli.root import Context


@click.group()
def module() -> None:
    """Install, show, remove and grade modules."""


for command in (add, remove, module_doctor):
    module.add_command(command)


@module.command("list")
@click.option(
    "--project", "target", metavar="FILE|FOLDER", help="The project; without it, that of this folder, if any."
)
@click.pass_obj
def list_all(context: Context, target: str | None) -> int:
    """Show all modules with their state, and the traceback of those that cannot be imported; exit code 1 when one cannot run."""
    found = _modules(target)
    out = context.output
    out.data(found)
    marks = {"running": out.good("✓"), "installed": out.good("✓"), "disabled": out.dim("–")}
    for one in found:
        out.line(f"{marks.get(one['state'], out.bad('✗'))} {one['name']}  {one['version']}  {one['summary']}".rstrip())
        if one["reason"]:
            out.line(f"    {one['reason']}")
        for line in one["traceback"].splitlines():
            out.line(f"      {out.dim(line)}")
    if not found:
        out.line("No module is installed. The web chat is one: pip install gutenbot-channel-web")
    return 1 if any(one["state"] == "failed" for one in found) else 0


def _modules(target: str | None) -> list[dict[str, str]]:
    from gutenbot.modules.load import discover

    disabled = _disabled(target)
    found: list[dict[str, str]] = []
    for one in discover():
        state = "failed" if one.module is None else "disabled" if one.name in disabled else "installed"
        version = one.module.version if one.module is not None else ""
        summary = one.module.summary if one.module is not None else ""
        found.append(
            {
                "name": one.name,
                "version": version,
                "state": state,
                "summary": summary,
                "reason": one.error,
                "traceback": one.traceback,
            }
        )
    return found


def _disabled(target: str | None) -> tuple[str, ...]:
    import os
    from pathlib import Path

    from gutenbot.app.project import NoProject, find_project
    from gutenbot.app.settings import load_settings
    from gutenbot.modules.load import discover

    try:
        project = find_project(target, Path.cwd())
    except NoProject:
        return ()
    return load_settings(
        project.toml, os.environ, [one.module for one in discover() if one.module is not None]
    ).disabled
