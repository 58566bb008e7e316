"""Rules about migrations: they are tried on a new database, up, down and up again."""

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gutenbot.modules.doctor.folder import Folder, Source
from gutenbot.storage.trial import try_migrations

_TAKES_AWAY = ("drop_table", "drop_column", "alter_column", "rename_table", "drop_constraint", "drop_index")


def migrations(folder: Folder) -> Iterator[str]:
    """They only expand (unless they say `needs`), can be taken back, and their tables begin with the module's name."""
    if not folder.migrations:
        return
    for source in folder.migrations:
        yield from _shape(source)
    prefix = f"{folder.name.replace('-', '_')}_"
    with tempfile.TemporaryDirectory(prefix="gutenbot-doctor-") as place:
        try:
            tables, left = try_migrations(Path(place) / "trial.db", [source.path for source in folder.migrations])
        except Exception as error:
            yield f"its migrations do not run: {type(error).__name__}: {error}"
            return
    yield from (
        f"the table {name} does not begin with {prefix}" for name in sorted(tables) if not name.startswith(prefix)
    )
    yield from (f"the table {name} is still there after all was taken back" for name in sorted(left))


def _shape(source: Source) -> Iterator[str]:
    functions = {node.name: node for node in source.tree.body if isinstance(node, ast.FunctionDef)}
    names = {target.id for node in source.tree.body if isinstance(node, ast.Assign) for target in node.targets
             if isinstance(target, ast.Name)}  # fmt: skip
    yield from (f"{source.name} has no {one}" for one in ("upgrade", "downgrade") if one not in functions)
    yield from (f"{source.name} has no {one}" for one in ("revision", "down_revision") if one not in names)
    if "upgrade" in functions and "needs" not in names:
        for node in ast.walk(functions["upgrade"]):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TAKES_AWAY:
                yield (
                    f"{source.name}:{node.lineno} {node.func.attr} takes away what an older release may still use; "
                    'say `needs = "NNNN"` with the revision from which on nobody does'
                )
