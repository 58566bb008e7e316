"""Rules about the Python of a module."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from gutenbot.modules.doctor.folder import Folder

PUBLIC = ("gutenbot", "gutenbot.sdk", "gutenbot.testing")
_HOST = re.compile(r"\bhttps?://([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_KNOWN_HOSTS = re.compile(r"(^|\.)(example\.(com|org|net)|w3\.org|localhost)$")


def imports(folder: Folder) -> Iterator[str]:
    """Only the public names of Gutenbot, and no other module."""
    for source in folder.sources:
        for node in ast.walk(source.tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                if node.level:
                    yield f"{source.name}:{node.lineno} imports from a relative place; write the name of the package"
                names = [node.module or ""]
            for name in names:
                yield from _wrong_import(folder, f"{source.name}:{getattr(node, 'lineno', 0)}", name)


def _wrong_import(folder: Folder, where: str, name: str) -> Iterator[str]:
    top = name.partition(".")[0]
    if top == "gutenbot" and name not in PUBLIC and not name.startswith("gutenbot.testing."):
        yield f"{where} imports {name}, which is not public; use gutenbot.sdk"
    elif top.startswith("gutenbot_") and top != folder.package.name:
        yield f"{where} imports the module {top}; ask for a service instead"


def quiet(folder: Folder) -> Iterator[str]:
    """Nothing happens at the import."""
    facts = folder.facts
    if facts["error"]:
        yield f"it cannot be imported: {facts['error']}"
    yield from (f"at its import it {event}" for event in facts["events"])
    yield from (f"it imports {name} before anybody needs it" for name in facts.get("heavy", ()))
    for source in folder.sources:
        for node in source.tree.body:
            for inner in _at_import(node):
                if isinstance(inner, ast.Call) and _dotted(inner.func) in (
                    "print",
                    "open",
                    "os.getenv",
                    "os.environ.get",
                ):
                    yield f"{source.name}:{inner.lineno} calls {_dotted(inner.func)} at its import"


def _at_import(node: ast.stmt) -> Iterator[ast.AST]:
    """What is evaluated at the import: not what is inside of functions."""
    waiting: list[ast.AST] = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(one)


def docstrings(folder: Folder) -> Iterator[str]:
    """Files, public classes and functions say what they are."""
    for source in folder.sources:
        if ast.get_docstring(source.tree) is None and source.tree.body:
            yield f"{source.name} does not say what it is for"
        for node in _public(source.tree):
            if ast.get_docstring(node) is None:
                yield f"{source.name}:{node.lineno} {node.name} has no docstring"
    yield from (
        f"the route {label} has no docstring, which describes it in the API"
        for label, _, _, docs in folder.facts.get("routes", ())
        if not docs
    )


def _public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    one for one in node.body
                    if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and not one.name.startswith("_")
                )  # fmt: skip


def hosts(folder: Folder) -> Iterator[str]:
    """Hosts that it talks to are declared in quality.toml: `hosts = ["api.example.com"]`."""
    declared = set(folder.answers.get("hosts", ()))
    files = [source.path for source in folder.sources]
    files += [file for file in sorted((folder.package / "ui").rglob("*")) if file.suffix in (".js", ".html", ".css")]
    for file in files:
        found = _strings(file) if file.suffix == ".py" else [(0, file.read_text(encoding="utf-8", errors="replace"))]
        for line, text in found:
            for host in _HOST.findall(text):
                if host not in declared and not _KNOWN_HOSTS.search(host):
                    where = f"{folder.inside(file)}:{line}" if line else folder.inside(file)
                    yield f"{where} names the host {host}, which quality.toml does not declare"


def _strings(file: Path) -> list[tuple[int, str]]:
    """Strings of a Python file that are no docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
