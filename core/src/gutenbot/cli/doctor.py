"""`gutenbot doctor`: whether everything a server needs is there, and the command that mends what is not."""

import click

from gutenbot.cli.root import Context


@click.command()
@click.option("--project", "target", metavar="FILE|FOLDER", help="The project; without it, that of this folder.")
@click.option("--deploy", is_flag=True, help="Also check what only matters on a server.")
@click.pass_obj
def doctor(context: Context, target: str | None, deploy: bool) -> int:
    """Check that everything a server needs is there; exit code 1 when something is wrong."""
    from gutenbot.cli.checks import run_checks

    out = context.output
    found = run_checks(target, deploy=deploy)
    marks = {"ok": out.good("✓"), "warning": out.warn("!"), "wrong": out.bad("✗")}
    out.data([{"check": one.name, "state": one.state, "detail": one.detail, "fix": one.fix} for one in found])
    for one in found:
        out.line(f"{marks[one.state]} {one.name:<10} {one.detail}")
        if one.fix:
            out.line(f"             {out.strong(one.fix)}")
    wrong = sum(one.state == "wrong" for one in found)
    if wrong:
        out.line(f"\n{wrong} of {len(found)} checks failed. Mend them, then run `gutenbot doctor` again.")
    return 1 if wrong else 0
