"""Imports a module in a process of its own and tells as JSON what it did meanwhile and what it declares."""

import json
import sys
import traceback
from importlib import import_module
from typing import Any

_LOUD = {
    "socket.connect": "connects to a host",
    "socket.bind": "listens on a port",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.mkdir": "makes a folder",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "sqlite3.connect": "opens a database",
}


def main() -> None:
    """`python -m gutenbot.modules.doctor.probe FOLDER package:name`."""
    folder, entry = sys.argv[1:3]
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    import_module("gutenbot.sdk")  # what it does at its import is not the module's doing
    events: list[str] = []
    listening = [True]

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if listening[0] and (told := _told(event, arguments)) and told not in events:
            events.append(told)

    sys.addaudithook(hear)
    before = set(sys.modules)
    threads = _threads()
    found: dict[str, Any] = {"error": "", "traceback": ""}
    try:
        package, _, name = entry.partition(":")
        module = getattr(import_module(package), name or "module")
        listening[0] = False
        found |= _facts(module, before)
    except BaseException as error:  # a module that ends the process, too
        found |= {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}
    listening[0] = False
    if _threads() > threads:
        events.append("starts a thread")
    found["events"] = events
    sys.stdout.write("\x1e" + json.dumps(found))


def _told(event: str, arguments: tuple[Any, ...]) -> str:
    if event == "open":
        path, mode = str(arguments[0]), arguments[1]
        writes = isinstance(mode, str) and set(mode) & set("wax+")
        return f"writes the file {path}" if writes and not path.endswith(".pyc") else ""
    return _LOUD.get(event, "")


def _threads() -> int:
    import threading

    return threading.active_count()


def _facts(module: Any, before: set[str]) -> dict[str, Any]:
    from gutenbot.modules.module import Module

    if not isinstance(module, Module):
        return {"error": f"its entry point is a {type(module).__name__}, not a Module"}
    pages = [page for part in module.parts for page in part.declared.pages]
    routes = [route for part in module.parts for route in part.declared.routes]
    return {
        "name": module.name,
        "summary": module.summary,
        "heavy": sorted({name.partition(".")[0] for name in set(sys.modules) - before} & {"fastapi", "alembic", "httpx"}),
        "settings": _settings(module),
        "permissions": [one.name for part in module.parts for one in part.declared.permissions],
        "routes": [[one.label, one.method, one.needs, _docs(one.function)] for one in routes],
        "pages": [{"name": page.name, "texts": page.texts(), "file": getattr(page.body, "file", "")} for page in pages],
        "forms": [text for one in routes for text in _form_texts(one.function)],
        "channels": sum(len(part.notes.channels) for part in module.parts),
        "errors": _errors(module),
    }  # fmt: skip


def _settings(module: Any) -> dict[str, Any] | None:
    if module.settings is None:
        return None
    fields = module.settings.model_fields
    return {
        "forbids": module.settings.model_config.get("extra") == "forbid",
        "fields": [[name, one.description or "", "Secret" in str(one.annotation)] for name, one in fields.items()],
    }


def _form_texts(function: Any) -> list[str]:
    from typing import get_type_hints

    from pydantic import BaseModel

    try:
        hints = get_type_hints(function)
    except Exception:
        return []
    models = [
        one for name, one in hints.items() if name != "return" and isinstance(one, type) and issubclass(one, BaseModel)
    ]
    return [
        text for one in models for info in one.model_fields.values() for text in (info.title, info.description) if text
    ]


def _errors(module: Any) -> list[list[str]]:
    from gutenbot.kernel.errors import GutenbotError

    package = type(module).__module__ and module.folder.name
    found: list[list[str]] = []
    waiting = [GutenbotError]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.partition(".")[0] == package:
            found.append([one.__name__, one.code, _docs(one)])
    return sorted(found)


def _docs(thing: Any) -> str:
    return " ".join((thing.__doc__ or "").split())[:200]


if __name__ == "__main__":
    main()
