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
    from gutenbot.app.module_work import Progress
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
    """The first step finds what is to be brought: the module's wheel and those that it needs and that are not here. Each further
    one brings a wheel, and the last one looks at all of them; then the package waits for somebody who looks at it. What another
    process has begun, which has ended, begins anew."""
    progress = await module_work.resumed(app, at.job_id)
    packages = app.installing.packages
    folder = packages.store.staging / at.job_id
    cursor: dict[str, Any] = at.cursor or {}
    try:
        if not folder.is_dir() or "files" not in cursor:
            await asyncio.to_thread(packages.begin, at.job_id)
            return await _plan(app, at, folder, progress)
        if cursor["files"]:
            return await _one_more(app, at, cursor, _collector(app, folder, progress))
        file, main = cursor["main"]
        package = await asyncio.to_thread(packages.finish, at.job_id, file, main)
        await app.installing.shared.stage(package)
        await progress.say("verify", f"{at.done} packages are whole")
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


def _collector(app: "App", folder: Path, progress: "Progress", replaces: str = "") -> "Collector":
    from gutenbot.modules.sources.resolve import Collector

    store = app.installing.store
    return Collector(app.installing.sources.pip, folder, progress.say, store.folder / replaces if replaces else None)


async def _plan(app: "App", at: At, folder: Path, progress: "Progress") -> Stepped:
    """Which release of each package, so that all fit."""
    from packaging.utils import canonicalize_name

    from gutenbot.modules.sources.names import wanted_of
    from gutenbot.modules.wheels import BadPackage

    wanted = wanted_of(at.params["name"], at.params["version"])
    name = str(canonicalize_name(wanted.name))
    kept = (one for one in app.installing.store.read().values() if canonicalize_name(one.distribution) == name)
    replaces = next((one.folder for one in kept), "")
    files = await _collector(app, folder, progress, replaces).plan(wanted)
    if len(files) > MOST_WHEELS:
        raise BadPackage(file=files[0].name, reason=f"it needs more than {MOST_WHEELS} packages.")
    if not files:
        raise BadPackage(file=at.params["name"], reason="it came with the server; update it there.")
    cursor = {"main": [files[0].name, name], "files": [[one.name, one.url, one.sha256, one.local] for one in files]}
    return Stepped(cursor=cursor, done=0, total=len(files))


async def undo_fetch(app: "App", at: At) -> None:
    """Somebody has cancelled it on its way: what came is gone."""
    progress = await module_work.resumed(app, at.job_id)
    await app.installing.shared.drop(at.job_id)
    await progress.say("failed", "cancelled: nothing of it is kept")
    await progress.end()


async def _one_more(app: "App", at: At, cursor: dict[str, Any], collector: "Collector") -> Stepped:
    from gutenbot.modules.sources.simple import File

    name, url, sha256, local = cursor["files"][0]
    await collector.bring(File(name, url, sha256, local=local))
    return Stepped(cursor={**cursor, "files": cursor["files"][1:]}, done=at.done + 1, total=at.total)


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
