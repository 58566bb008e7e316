"""Rules about the distribution, its settings, permissions, errors and tests."""

import ast
import re
from collections.abc import Iterator

from gutenbot.modules.doctor.folder import Folder

_SECRET = re.compile(r"(^|_)(secret|password|token|api_key|key)$")


def readme(folder: Folder) -> Iterator[str]:
    """It says what the module is for, and how to set it."""
    text = folder.read("README.md")
    if len(text.split()) < 30:
        yield "README.md does not say what the module does, how to install it and what can be set"


def changelog(folder: Folder) -> Iterator[str]:
    """It has a heading for this version."""
    version = str(folder.project.get("version", ""))
    text = folder.read("CHANGELOG.md")
    if not re.search(rf"^#+ .*{re.escape(version)}", text, re.MULTILINE):
        yield f"CHANGELOG.md has no heading for {version or 'the version'}"


def typed(folder: Folder) -> Iterator[str]:
    """Its types are for others too."""
    if not (folder.package / "py.typed").is_file():
        yield f"{folder.inside(folder.package)}/py.typed is not there"
    for source in folder.sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None:
                yield f"{source.name}:{node.lineno} {node.name} does not say what it returns"


def settings(folder: Folder) -> Iterator[str]:
    """A class of pydantic whose fields are described, in which secrets are secrets, and which knows nothing else."""
    found = folder.facts.get("settings")
    if not found:
        return
    if not found["forbids"]:
        yield "the settings take names that do not exist: add extra='forbid' to model_config"
    text = folder.read("README.md")
    for name, description, secret in found["fields"]:
        if not description:
            yield f"the setting {name} has no description"
        if _SECRET.search(name) and not secret:
            yield f"the setting {name} looks like a secret: use SecretStr, so that it is never shown"
        if f"`{name}`" not in text:
            yield f"README.md does not name the setting `{name}`"


def errors(folder: Folder) -> Iterator[str]:
    """What can go wrong has a message and a code of the module's own; those of `channel-web` may begin with `web.`"""
    own = {folder.name, folder.name.removeprefix("channel-")}
    for name, code, docs in folder.facts.get("errors", ()):
        if not docs:
            yield f"the error {name} has no docstring, which is its message"
        if code.partition(".")[0] not in own:
            yield f"the error {name} has the code {code}; codes of this module begin with {folder.name}."


def permissions(folder: Folder) -> Iterator[str]:
    """Every route has one, those of reading and of changing differ, and the README names them."""
    facts = folder.facts
    text = folder.read("README.md")
    for label, method, needs, _ in facts.get("routes", ()):
        if method != "GET" and needs.endswith(":read"):
            yield f"the route {label} changes something, but needs {needs} only"
    yield from (
        f"README.md does not name the permission `{one}`"
        for one in facts.get("permissions", ())
        if f"`{one}`" not in text
    )


def tests(folder: Folder) -> Iterator[str]:
    """There are tests, and they assert something."""
    transcripts = list((folder.path / "tests").rglob("*.chat.md"))
    functions = [
        (source.name, node)
        for source in folder.tests
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    if not functions and not transcripts:
        yield "the folder tests has no test"
    for name, node in functions:
        if not any(_checks(inner) for inner in ast.walk(node)):
            yield f"{name}:{node.lineno} {node.name} asserts nothing"


def _checks(node: ast.AST) -> bool:
    """An assertion, an expected error, or a user of the test who sees something."""
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("raises", "sees", "sees_nothing", "fail") or node.func.attr.startswith("assert_")
    return False


def contract(folder: Folder) -> Iterator[str]:
    """A channel is held to the suite that all channels pass."""
    if folder.facts.get("channels") and not any(
        "ChannelContract" in source.path.read_text("utf-8") for source in folder.tests
    ):
        yield "it brings a channel, but no test uses gutenbot.testing.ChannelContract"


def accessible(folder: Folder) -> Iterator[str]:
    """What a program cannot see: whether its own scripts and documents can be used by everybody."""
    yield from ()
