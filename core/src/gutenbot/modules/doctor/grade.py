"""The rules, what the module answers in quality.toml, and the verdict."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from gutenbot.modules.doctor import package, source, tables, texts
from gutenbot.modules.doctor.folder import Folder

Check = Callable[[Folder], Iterator[str]]
State = Literal["ok", "failed", "todo", "exempt"]

RULES: Mapping[str, tuple[str, Check]] = {
    "readme": ("README.md says what it does, how to install it, what can be set", package.readme),
    "changelog": ("CHANGELOG.md has a heading for this version", package.changelog),
    "typed": ("typed, with py.typed", package.typed),
    "public-imports": ("imports gutenbot, gutenbot.sdk and gutenbot.testing only, and no other module", source.imports),
    "quiet-import": ("nothing happens at its import", source.quiet),
    "docstrings": ("files, public classes, functions and routes have docstrings", source.docstrings),
    "settings-documented": ("settings are a pydantic class, described, with secrets as secrets", package.settings),
    "errors-documented": ("errors have messages and codes of the module's own", package.errors),
    "permissions": (
        "what changes something needs more than reading; permissions are in the README",
        package.permissions,
    ),
    "migrations": ("migrations only add, can be taken back, and run twice", tables.migrations),
    "translated": ("every language has all words", texts.translated),
    "tests": ("has tests that assert something", package.tests),
    "contract-suite": ("a channel passes the contract suite", package.contract),
    "ui-size": ("files of pages are there, small, and share the console's React", texts.sizes),
    "offline": ("hosts that it talks to are declared", source.hosts),
    "accessible": ("pages can be used with a keyboard and a screen reader", package.accessible),
}
"""Name → what it asks for, and the check."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found about one rule."""

    rule: str
    title: str
    state: State
    findings: Sequence[str] = ()
    comment: str = ""
    """Why it is not done, in the author's words."""


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts about a module."""

    name: str
    version: str
    verdicts: Sequence[Verdict] = field(default_factory=list)

    @property
    def failed(self) -> list[Verdict]:
        """What must be mended."""
        return [one for one in self.verdicts if one.state == "failed"]

    @property
    def grade(self) -> str:
        """`gold`: all rules are met; `silver`: some are to be done, and say so; `none`: something is wrong."""
        if self.failed:
            return "none"
        return "silver" if any(one.state == "todo" for one in self.verdicts) else "gold"


def grade(folder: Folder) -> Report:
    """Checks every rule. An answer of `done` that is not true is a failure; so is a rule that is not answered."""
    answers: Mapping[str, Any] = folder.answers.get("rules", {})
    verdicts = [_verdict(folder, rule, answers.get(rule)) for rule in RULES]
    unknown = sorted(answers.keys() - RULES.keys() - _OTHERS)
    if unknown:
        known = f"quality.toml answers {', '.join(unknown)}, which are no rules"
        verdicts.append(Verdict("quality", "quality.toml answers every rule", "failed", [known]))
    return Report(folder.name, str(folder.project.get("version", "")), verdicts)


_OTHERS = {"payload-fixtures"}
"""Rules that people keep, and no program checks."""


def _verdict(folder: Folder, rule: str, answer: Any) -> Verdict:
    title, check = RULES[rule]
    findings = list(check(folder))
    status = answer if isinstance(answer, str) else (answer or {}).get("status", "")
    comment = "" if isinstance(answer, str) else str((answer or {}).get("comment", ""))
    if status not in ("done", "todo", "exempt"):
        told = f"quality.toml does not answer {rule}: done, todo or exempt"
        return Verdict(rule, title, "failed", [told, *findings])
    if status != "done" and not comment:
        told = f"quality.toml says {status} for {rule}, but not why: {rule} = {{ status = {status!r}, comment = '…' }}"
        return Verdict(rule, title, "failed", [told, *findings])
    if status == "done":
        return Verdict(rule, title, "failed" if findings else "ok", findings)
    return Verdict(rule, title, "todo" if status == "todo" else "exempt", findings, comment)
