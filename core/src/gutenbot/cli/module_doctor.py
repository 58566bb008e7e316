"""`gutenbot module doctor`: grades a module by the rules of quality."""

from pathlib import Path

import click

from gutenbot.cli.root import Context


@click.command("doctor")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Show also what is in order.")
@click.pass_obj
def module_doctor(context: Context, folder: Path | None, everything: bool) -> int:
    """Grade the module in FOLDER (without it: in this one); exit code 1 when something must be mended."""
    from gutenbot.modules.doctor import grade, open_folder

    report = grade(open_folder(folder or Path.cwd()))
    out = context.output
    out.data({
        "name": report.name, "version": report.version, "grade": report.grade,
        "rules": [{"rule": one.rule, "title": one.title, "state": one.state, "findings": list(one.findings),
                   "comment": one.comment} for one in report.verdicts],
    })  # fmt: skip
    marks = {"ok": out.good("✓"), "failed": out.bad("✗"), "todo": "○", "exempt": out.dim("–")}
    for one in report.verdicts:
        if one.state == "ok" and not everything:
            continue
        out.line(f"{marks[one.state]} {one.rule}: {one.comment or one.title}")
        for finding in one.findings:
            out.line(f"    {finding}")
    fine = sum(one.state == "ok" for one in report.verdicts)
    out.line(f"{report.name} {report.version}: {fine} of {len(report.verdicts)} rules are met, grade {report.grade}")
    return 1 if report.failed else 0
