"""Brings packages in for a look: from an index, as a job with a log, and from folders of this server. Nothing of them runs."""

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gutenbot.app import module_work
from gutenbot.config.errors import SettingsMistake
from gutenbot.jobs.kinds import At, JobKind, Stepped

if TYPE_CHECKING:
    from gutenbot.app.app import App
    from gutenbot.modules.packages import Package
    from gutenbot.modules.sources.pip_settings import PipSettings
    from gutenbot.modules.sources.resolve import Collector

FETCH, EXPORT = "module-fetch", "module-export"
_ROWS, _PIECE = 200, 1 << 20
ENDINGS = (".whl", ".zip")
MOST_FILES = 500
MOST_WHEELS = 100


class NoFile(SettingsMistake):
    """There is no file {file} in that folder. Folders that modules may come from are set on the server (`module_folders`)."""

    code = "modules.no-file"
    status = 404


@dataclass(frozen=True, slots=True)
class Sources:
    """Where modules may come from beside uploads, as the server was started."""

    environ: Mapping[str, str] = field(default_factory=dict)
    folders: Sequence[Path] = ()

    @property
    def pip(self) -> "PipSettings":
        """What the pip of this server would ask. Reads its files."""
        from gutenbot.modules.sources.pip_settings import pip_settings

        return pip_settings(self.environ)


@dataclass(frozen=True, slots=True)
class Offered:
    """A file in one of the folders."""

    folder: int
    """Which one, by its place."""
    name: str
    size: int
    changed_ms: int


def offered(folders: Sequence[Path]) -> list[Offered]:
    """The wheels and zips that lie in the folders, not below them, without links; the newest first."""
    found: list[Offered] = []
    for place, folder in enumerate(folders):
        for path in sorted(folder.iterdir())[:MOST_FILES] if folder.is_dir() else ():
            if path.suffix in ENDINGS and path.is_file() and not path.is_symlink():
                stat = path.stat()
                found.append(Offered(place, path.name, stat.st_size, stat.st_mtime_ns // 1_000_000))
    return sorted(found, key=lambda one: one.changed_ms, reverse=True)


async def from_folder(app: "App", place: int, name: str) -> "Package":
    """Takes a file of a folder in. Raises `NoFile`, `BadPackage`."""
    from gutenbot.modules.wheels import MOST_BYTES

    folders = app.installing.sources.folders

    def take() -> "Package":
        one = next((one for one in offered(folders) if (one.folder, one.name) == (place, name)), None)
        if one is None or one.size > MOST_BYTES:
            raise NoFile(file=name[:100])
        return app.installing.packages.take(name, (folders[place] / name).read_bytes())

    return await asyncio.to_thread(take)


async def fetch(app: "App", at: At) -> Stepped:
    """Brings one wheel: the module's, then those that it needs and that are not here. The last step looks at all of them; then the
    package waits for somebody who looks at it. What another process has begun, which has ended, begins anew."""
    from gutenbot.modules.sources.names import wanted_of
    from gutenbot.modules.sources.resolve import Collector

    progress = await module_work.resumed(app, at.job_id)
    packages = app.installing.packages
    folder = packages.store.staging / at.job_id
    cursor: dict[str, Any] = at.cursor or {}
    if not folder.is_dir() or not cursor:
        await asyncio.to_thread(packages.begin, at.job_id)
        cursor = {"main": [], "have": [], "waiting": [str(wanted_of(at.params["name"], at.params["version"]))]}
    try:
        if cursor["waiting"]:
            return await _one_more(app, at, cursor, Collector(app.installing.sources.pip, folder, progress.say))
        file, main = cursor["main"]
        package = await asyncio.to_thread(packages.finish, at.job_id, file, main)
        await app.installing.shared.stage(package)
        await progress.say("verify", f"{len(cursor['have'])} packages are whole")
    except Exception as error:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        await progress.say("failed", str(error))
        await progress.end()
        raise
    await progress.end(package.id)
    result = {
        "link": f"/modules?package={package.id}",
        "words": f"{package.wheel.distribution} {package.wheel.version}",
    }
    return Stepped(cursor=cursor, done=at.done, total=at.done, finished=True, result=result)


async def undo_fetch(app: "App", at: At) -> None:
    """Somebody has cancelled it on its way: what came is gone."""
    progress = await module_work.resumed(app, at.job_id)
    await app.installing.shared.drop(at.job_id)
    await progress.say("failed", "cancelled: nothing of it is kept")
    await progress.end()


async def _one_more(app: "App", at: At, cursor: dict[str, Any], collector: "Collector") -> Stepped:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    from gutenbot.modules.sources.resolve import lacking
    from gutenbot.modules.wheels import BadPackage

    wanted = Requirement(cursor["waiting"][0])
    wheel = await collector.bring(wanted)
    have = [*cursor["have"], wheel.distribution]
    if len(have) > MOST_WHEELS:
        raise BadPackage(file=cursor["main"][0], reason=f"it needs more than {MOST_WHEELS} packages.")
    more = {str(canonicalize_name(one.name)): str(one) for one in lacking(wheel)}
    waiting = {str(canonicalize_name(Requirement(one).name)): one for one in cursor["waiting"][1:]}
    waiting = {name: one for name, one in {**more, **waiting}.items() if name not in have}
    done = len(have)
    after = {
        "main": cursor["main"] or [wheel.file, wheel.distribution],
        "have": have,
        "waiting": list(waiting.values()),
    }
    return Stepped(cursor=after, done=done, total=done + len(waiting))


async def export(app: "App", at: At) -> Stepped:
    """A portion of the rows of a module's tables, one JSON object a line: `{"table": …, "row": {…}}`."""
    from gutenbot.storage import leaving

    tables: list[str] = at.params["tables"]
    place, after = at.cursor or (0, None)
    if place == len(tables):
        result = {"file": f"{at.params['module']}.jsonl", "type": "application/jsonl"}
        return Stepped(cursor=at.cursor, done=at.done, total=at.done, finished=True, result=result)
    name = tables[place]
    rows, after = await app.storage.read(partial(leaving.rows_after, name=name, after=after, limit=_ROWS))
    text = "".join(f"{json.dumps({'table': name, 'row': row}, ensure_ascii=False)}\n" for row in rows)
    cursor = (place, after) if after is not None else (place + 1, None)
    data = text.encode("utf-8", "replace")
    pieces = tuple(data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
    return Stepped(cursor=cursor, done=at.done + len(rows), pieces=pieces)


KINDS = {FETCH: JobKind(fetch, "packages", undo_fetch), EXPORT: JobKind(export, "rows")}
