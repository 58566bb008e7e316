"""Finding and ordering modules: entry points of installed distributions, and what each needs first."""

import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

from gutenbot.kernel.errors import AuthorMistake
from gutenbot.kernel.log import get_logger
from gutenbot.modules.module import Module
from gutenbot.modules.tampering import Guard

log = get_logger("modules")

GROUP = "gutenbot.modules"
CORE_VERSION = "0.1.0"


class IncompatibleModule(AuthorMistake):
    """Module {module} wants gutenbot {wants}, but this is {core}. Install a version of the module for this one."""

    code = "module.incompatible"


class ModuleCycle(AuthorMistake):
    """These modules require one another in a circle: {modules}. Take out one requirement."""

    code = "module.cycle"


class DuplicateModule(AuthorMistake):
    """Two modules are named {module}. Uninstall or rename one of them."""

    code = "module.duplicate"


@dataclass(frozen=True, slots=True)
class Found:
    """An installed module, or why it could not be imported."""

    name: str
    module: Module | None
    error: str = ""
    traceback: str = ""


def discover() -> list[Found]:
    """All installed modules; one that cannot be imported says why and hurts no other (MOD-01)."""
    found: list[Found] = []
    entries = sorted(metadata.entry_points(group=GROUP), key=lambda e: e.name)
    guard = Guard() if entries else None
    for entry in entries:
        try:
            module = guarded(entry, guard)
            if not isinstance(module, Module):
                raise TypeError(f"{entry.value} is a {type(module).__name__}, not a Module")
            module.version = entry.dist.version if entry.dist else module.version
            found.append(Found(entry.name, module))
        except (Exception, SystemExit) as error:
            reason = f"{type(error).__name__}: {error}"
            log.error("module.import_failed", module=entry.name, error=reason)
            found.append(Found(entry.name, None, reason, traceback.format_exc()))
    return found


def guarded(entry: metadata.EntryPoint, guard: Guard | None = None) -> object:
    """What an entry point names, imported; what that changed of others is put back. Raises `Tampering`, and whatever the import
    raises."""
    guard = guard or Guard()
    try:
        found: object = entry.load()
    except BaseException:
        guard.changed()
        raise
    guard.check(entry.name)
    return found


def names() -> list[str]:
    """The names of all installed modules; none of them is imported."""
    return sorted({entry.name for entry in metadata.entry_points(group=GROUP)})


def required_by(module: Module) -> list[Module]:
    """The installed modules that it needs, and those that they need. What is not installed is left out."""
    installed: dict[str, Module] = {}
    wanted = list(module.requirements)
    while wanted:
        name = wanted.pop()
        for entry in metadata.entry_points(group=GROUP, name=name) if name not in installed else ():
            installed[name] = entry.load()
            wanted += installed[name].requirements
    return list(installed.values())


def in_order(modules: Sequence[Module]) -> list[Module]:
    """The modules, each after those it requires, else as given. Raises `ModuleCycle` and `DuplicateModule`."""
    by_name: dict[str, Module] = {}
    for module in modules:
        if module.name in by_name:
            raise DuplicateModule(module=module.name)
        by_name[module.name] = module
    result: list[Module] = []
    waiting = list(by_name)
    while waiting:
        ready = next((n for n in waiting if not set(by_name[n].requirements) & set(waiting)), None)
        if ready is None:
            raise ModuleCycle(modules=", ".join(waiting))
        waiting.remove(ready)
        result.append(by_name[ready])
    return result


def compatible(wanted: str, core: str = CORE_VERSION) -> bool:
    """Whether a range such as `^0.1` (same major; of 0.x the same minor) or `>=0.1` admits the core."""
    found = re.fullmatch(r"(\^|>=|==)?(\d+(?:\.\d+){0,2})", wanted.strip())
    if found is None:
        return False
    low = _parts(found[2])
    have = _parts(core)
    if found[1] == ">=":
        return have >= low
    if found[1] == "==":
        return have[: found[2].count(".") + 1] == low[: found[2].count(".") + 1]
    return have >= low and (have[0] == low[0] if low[0] else have[:2] == low[:2])


def _parts(version: str) -> tuple[int, int, int]:
    numbers = [int(part) for part in version.split(".")] + [0, 0, 0]
    return (numbers[0], numbers[1], numbers[2])
