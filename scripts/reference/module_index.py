"""The list of known modules that comes with the release: the modules of this repository, as they say themselves."""

import importlib
import json
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from gutenbot.modules.about import about
from gutenbot.modules.load import GROUP

PUBLISHER = "Gutenbot"
KINDS: tuple[str, ...] = (
    "pages",
    "routes",
    "wraps",
    "channels",
    "content_types",
    "cli_commands",
    "tasks",
    "permissions",
)


def index_file(packages: tuple[str, ...]) -> str:
    """The text of the file."""
    entries = [one for one in metadata.entry_points(group=GROUP) if one.value.partition(":")[0] in packages]
    modules = [_known(one) for one in sorted(entries, key=lambda one: one.name)]
    return json.dumps({"format": 1, "modules": modules}, indent=1, ensure_ascii=False) + "\n"


def _known(entry: metadata.EntryPoint) -> dict[str, Any]:
    assert entry.dist is not None
    folder = Path(str(importlib.import_module(entry.module).__file__)).parent
    said = about(entry.name, folder)
    core = next(Requirement(one) for one in said.requires if Requirement(one).name == "gutenbot")
    words = (entry.dist.metadata["Keywords"] or "").split(",")
    return {
        "name": entry.name,
        "distribution": said.distribution,
        "version": said.version,
        "summary": said.summary,
        "publisher": said.publisher or PUBLISHER,
        "licence": said.licence,
        "homepage": said.homepage,
        "core": str(core.specifier),
        "python": entry.dist.metadata["Requires-Python"] or "",
        "adds": _adds(entry.load()),
        "keywords": [one.strip() for one in words if one.strip() and not one.strip().startswith("gutenbot")],
        "changelog": said.changelog.strip(),
    }


def _adds(module: Any) -> dict[str, int]:
    counts = dict.fromkeys(KINDS, 0)
    for part in module.parts:
        for item in part.notes.contributions:
            if item.registry in counts:
                counts[item.registry] += 1
        for kind, found in (
            ("wraps", part.notes.wraps), ("channels", part.notes.channels), ("tasks", part.notes.tasks),
            ("permissions", part.declared.permissions), ("routes", part.declared.routes), ("pages", part.declared.pages),
        ):  # fmt: skip
            counts[kind] += len(found)
    return {kind: count for kind, count in counts.items() if count}
