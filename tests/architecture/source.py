"""The files of the repository as the tests of its architecture see them. Knows nothing of what is in them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
GENERATED = ("/migrations/versions/", "ui/packages/api/", "/generated/", "package-lock.json")


@cache
def tracked() -> tuple[str, ...]:
    """What a commit has or would have: paths below the repository that Git does not ignore."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=TOP, capture_output=True, check=True, encoding="utf-8").stdout
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (TOP / path).is_file()))


def written(*suffixes: str, below: tuple[str, ...] = ("",)) -> list[str]:
    """Tracked files that people write, with one of these suffixes, in one of these folders."""
    return [
        path
        for path in tracked()
        if path.endswith(suffixes) and path.startswith(below) and not any(part in f"/{path}" for part in GENERATED)
    ]


def text(path: str) -> str:
    """A file's words; empty for what is not text."""
    try:
        return (TOP / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(path: str) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(text(path), path)


def product_sources() -> list[str]:
    """The Python that is shipped: core and the modules, without tests."""
    return [path for path in written(".py", below=("core/src/", "modules/")) if "/src/" in path]


def module_folders() -> list[Path]:
    """The folders of the modules in this repository."""
    return sorted(folder.parent for folder in TOP.glob("modules/*/pyproject.toml"))


def calls(path: str) -> Iterator[tuple[int, str]]:
    """Line and full name of each call whose function is reached through an import: `datetime.datetime.now`."""
    names = _imported(tree(path))
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            dotted = _dotted(node.func)
            head, _, rest = dotted.partition(".")
            if head in names:
                yield node.lineno, f"{names[head]}.{rest}".rstrip(".")


def _imported(module: ast.Module) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for one in node.names:
                names[one.asname or one.name.split(".")[0]] = one.name if one.asname else one.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                names[one.asname or one.name] = f"{node.module}.{one.name}"
    return names


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            head = _dotted(value)
            return f"{head}.{name}" if head else ""
        case _:
            return ""
