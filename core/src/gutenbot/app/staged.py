"""A package becomes a module in stages, each a step of a job with its lines in the log: verify, unpack, load, migrate, start.

The manifest names a module only once it has started. What fails, is cancelled, or is cut off by the end of the process leaves
everything as it was: no code in memory, no files, no tables that were not there before.
"""

import asyncio
import shutil
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gutenbot.app import module_work
from gutenbot.app.installing import NoPackage, Obstacles, StartFailed, forget_code
from gutenbot.app.module_work import Progress
from gutenbot.app.switching import MODULE
from gutenbot.config.errors import SettingsMistake
from gutenbot.jobs.kinds import At, JobKind, Stepped
from gutenbot.kernel import crashpoints
from gutenbot.kernel.clock import to_ms
from gutenbot.kernel.errors import GutenbotError
from gutenbot.kernel.log import get_logger
from gutenbot.modules.module import Module
from gutenbot.modules.store import Kept

if TYPE_CHECKING:
    from gutenbot.accounts.desk import Db
    from gutenbot.accounts.lines import Who
    from gutenbot.app.app import App
    from gutenbot.modules.packages import Package

log = get_logger("modules")
INSTALL = "module-install"
STAGES = ("verify", "unpack", "load", "migrate", "start")
PLACE = "core.modules"


class NotInstalled(SettingsMistake):
    """{module} could not be installed; it failed at the stage {stage}. {reason} Everything is as it was before."""

    code = "modules.not-installed"
    status = 409


class CutOff(SettingsMistake):
    """The server ended while it was being done."""

    code = "modules.cut-off"
    status = 409


@dataclass(slots=True)
class Outcome:
    """How an installation went."""

    module: str
    version: str
    before: str = ""
    """The version that it replaces."""
    ok: bool = False
    pending: bool = False
    """It counts from the next start on: another version of it is loaded here."""
    failed: str = ""
    """The stage that failed; everything is as it was before."""
    reason: str = ""
    traceback: str = ""


@dataclass(slots=True)
class Going:
    """An installation that this process has begun."""

    package: "Package"
    kept: Kept
    before: Kept | None
    progress: Progress
    module: Module | None = None
    tables: tuple[str, ...] = ()
    """Those that its migrations make for the first time."""
    pending: bool = False

    @property
    def outcome(self) -> Outcome:
        """As far as it is known."""
        return Outcome(self.kept.name, self.kept.version, self.before.version if self.before else "")


async def begin(
    app: "App", package: "Package", who: "Who", with_it: "Callable[[Db, str], None] | None" = None
) -> dict[str, Any]:
    """Queues the installation of a package that waits; returns the job as the API tells it. `with_it` as of `jobs.start`.
    Raises `Obstacles`."""
    if package.obstacles:
        raise Obstacles(module=package.module, reasons=" ".join(package.obstacles))
    version = package.wheel.version
    return await app.jobs.start(
        INSTALL, title=f"{package.module} {version}", by=who, total=len(STAGES), needs="modules:install",
        params={"package": package.id, "module": package.module, "version": version, "by": asdict(who)}, with_it=with_it,
    )  # fmt: skip


async def install(app: "App", at: At) -> Stepped:
    """One stage. The last one makes the module count; a stage that fails takes back those before it."""
    progress = await module_work.resumed(app, at.job_id)
    cursor: Mapping[str, Any] = {} if progress.again else at.cursor or {}
    stage: str = cursor.get("stage", STAGES[0])
    going = app.installing.going.get(at.job_id)
    if cursor and going is None:
        return await _taken_over(app, at, cursor, progress)
    try:
        async with app.installing.busy:
            if stage == STAGES[0] or going is None:
                going = app.installing.going[at.job_id] = await _verify(app, at, progress)
            else:
                going.progress = progress
                await _DO[stage](app, going)
        crashpoints.reach(f"module.stage-{stage}")
    except (Exception, SystemExit) as error:
        outcome = going.outcome if going is not None else Outcome(at.params["module"], at.params["version"])
        await _take_back(app, at.job_id, cursor)
        raise await _failed(app, at, outcome, stage, error, progress) from error
    if stage == STAGES[-1] or going.pending:
        return await _done(app, at, going)
    done = STAGES.index(stage) + 1
    after = {"stage": STAGES[done], "module": going.kept.name, "folder": going.kept.folder, "tables": going.tables}
    return Stepped(cursor=after, done=done, total=len(STAGES))


# Stages ---------------------------------------------------------------------------------------------------------------


async def _verify(app: "App", at: At, progress: Progress) -> Going:
    """It is there, whole, and fits."""
    package = await app.installing.shared.find(at.params["package"])
    if package is None:
        raise NoPackage(id=at.params["package"][:40])
    if package.obstacles:
        raise Obstacles(module=package.module, reasons=" ".join(package.obstacles))
    if any(one.kept.name == package.module for job, one in app.installing.going.items() if job != at.job_id):
        raise Obstacles(module=package.module, reasons="It is being installed already.")
    wheel, along = package.wheel, package.along
    files = sum(one.files for one in (wheel, *along))
    await progress.say("verify", f"every one of {files} files has its hash; {wheel.file} fits this server")
    kept = Kept(
        package.module, wheel.distribution, wheel.version, wheel.folder, wheel.sha256, package.file,
        to_ms(app.clock.now()), at.params["by"]["name"],
    )  # fmt: skip
    return Going(package, kept, app.installing.store.read().get(package.module), progress)


async def _unpack(app: "App", going: Going) -> None:
    """Its files lie beside those of others, and count nowhere yet."""
    say = partial(going.progress.note, "unpack")
    anew = going.before is None or going.before.folder != going.kept.folder
    await asyncio.to_thread(partial(app.installing.packages.place, going.package, said=say, anew=anew))
    await going.progress.say("unpack", f"{going.kept.distribution} {going.kept.version} is unpacked")


async def _load(app: "App", going: Going) -> None:
    """Its code is imported, unless another version of it is in memory: that cannot be taken out of a process."""
    kept, known = going.kept, app.installing.loaded.get(going.kept.name)
    entry = app.installed.get(kept.name)
    if known is not None and entry is not None and entry.imported:
        going.pending = known.folder != kept.folder
        if not going.pending:
            raise Obstacles(module=kept.name, reasons=f"{kept.version} of it runs already.")
        line = f"{known.version} goes on running here; {kept.version} counts from the next start on"
        await going.progress.say("load", line)
        await _count(app, going)
        return
    going.module = await asyncio.to_thread(app.installing.load, kept)
    going.tables = await _new_tables(app, going.module)
    await going.progress.say("load", f"{kept.name} is imported, and has changed nothing of others")


async def _new_tables(app: "App", module: Module) -> tuple[str, ...]:
    from gutenbot.storage import leaving

    if module.migrations is None:
        return ()
    look = partial(leaving.yet_to_make, module=module.name, folder=module.migrations)
    return tuple(await app.storage.read(look))


async def _migrate(app: "App", going: Going) -> None:
    """Its tables are there."""
    module = going.module
    if module is None or module.migrations is None:
        await going.progress.say("migrate", "it has no tables")
        return
    changed = await app.storage.migrate(module.name, module.migrations)
    own = ", ".join(one for one in going.tables if not one.startswith("alembic_")) or "its tables"
    await going.progress.say("migrate", f"made {own}" if changed else "its tables are as they should be")


async def _start(app: "App", going: Going) -> None:
    """It runs, and counts from now on."""
    if going.module is None:
        raise CutOff
    entry = await app.installing.bring_in(going.kept, going.module)
    crashpoints.reach("module.started")
    await _count(app, going)
    words = entry.reason or "it runs"
    await going.progress.say("start", f"{going.kept.name} {going.kept.version} counts from now on; {words}")


async def _count(app: "App", going: Going) -> None:
    await asyncio.to_thread(app.installing.store.add, going.kept)
    await app.installing.shared.installed(going.package.id, going.kept)


_DO: dict[str, Callable[["App", Going], Awaitable[None]]] = {
    "unpack": _unpack, "load": _load, "migrate": _migrate, "start": _start,
}  # fmt: skip

# Ends -----------------------------------------------------------------------------------------------------------------


async def _done(app: "App", at: At, going: Going) -> Stepped:
    app.installing.going.pop(at.job_id, None)
    outcome = going.outcome
    outcome.ok, outcome.pending = True, going.pending
    await asyncio.to_thread(app.installing.packages.drop, going.package.id)
    await _tell(app, at, outcome)
    await going.progress.end(outcome=asdict(outcome))
    return _ended(outcome)


def _ended(outcome: Outcome) -> Stepped:
    result = {"link": f"/modules/{outcome.module}", "words": f"{outcome.module} {outcome.version}"}
    return Stepped(cursor=None, done=len(STAGES), total=len(STAGES), finished=True, result=result)


async def _failed(
    app: "App", at: At, outcome: Outcome, stage: str, error: BaseException, progress: Progress
) -> GutenbotError:
    plain = isinstance(error, StartFailed | GutenbotError)
    outcome.failed, outcome.reason = stage, str(error) if plain else f"{type(error).__name__}: {error}"
    if not isinstance(error, GutenbotError):
        outcome.traceback = "".join(traceback.format_exception(error))[-20_000:]
    await progress.say("failed", f"{stage}: {outcome.reason}")
    await progress.say("failed", "rolled back: everything is as it was before")
    await _tell(app, at, outcome)
    await progress.end(outcome=asdict(outcome))
    reason = outcome.reason if outcome.reason.endswith((".", "!", "?")) else f"{outcome.reason}."
    return NotInstalled(module=outcome.module, stage=stage, reason=reason)


async def _tell(app: "App", at: At, outcome: Outcome) -> None:
    """A line in the audit log; the module is switched on, and other workers look."""
    from gutenbot.accounts import audit
    from gutenbot.accounts.lines import Line, Who
    from gutenbot.config import kept

    log.info("module.installed" if outcome.ok else "module.not_installed", module=outcome.module, version=outcome.version,
             failed=outcome.failed, reason=outcome.reason)  # fmt: skip
    who, now_ms = Who(**at.params["by"]), to_ms(app.clock.now())
    word = "installed" if outcome.ok else "tried to install"
    line = Line(verb="module.installed" if outcome.ok else "module.not-installed", object="module", object_id=outcome.module,
                what=f"{word} {outcome.module} {outcome.version}", before={"version": outcome.before},
                after={"version": outcome.version, "failed": outcome.failed, "reason": outcome.reason[:500]})  # fmt: skip

    def work(db: Any) -> None:
        if outcome.ok and not outcome.before:
            kept.turn(db, MODULE, outcome.module, True, by=who.name, now_ms=now_ms)
        elif outcome.ok:
            kept.touch(db)
        audit.append(db, who, line, now_ms)

    await app.storage.write(work, place=PLACE)
    await app.settings.changed()


# Back -----------------------------------------------------------------------------------------------------------------


async def _taken_over(app: "App", at: At, cursor: Mapping[str, Any], progress: Progress) -> Stepped:
    """Another process had begun, and has ended: it is done, or it is taken back."""
    name, folder = cursor["module"], cursor["folder"]
    counts = app.installing.store.read().get(name)
    outcome = Outcome(name, at.params["version"])
    if counts is not None and counts.folder == folder and cursor["stage"] == STAGES[-1]:
        outcome.ok = True
        await progress.say("start", f"{name} {counts.version} counts from now on")
        await _tell(app, at, outcome)
        await progress.end(outcome=asdict(outcome))
        return _ended(outcome)
    await _take_back(app, at.job_id, cursor)
    raise await _failed(app, at, outcome, cursor["stage"], CutOff(), progress)


async def _take_back(app: "App", job_id: str, cursor: Mapping[str, Any]) -> None:
    """Nothing of it is left here."""
    from gutenbot.storage import leaving

    going = app.installing.going.pop(job_id, None)
    folder = going.kept.folder if going is not None else cursor.get("folder", "")
    name = going.kept.name if going is not None else cursor.get("module", "")
    tables = going.tables if going is not None else cursor.get("tables", ())
    if not folder:
        return
    if going is not None and app.installing.loaded.get(name) is going.kept:
        await app.installing.take_away(name)  # it has started, and could not be made to count
    async with app.installing.busy:
        counts = (await asyncio.to_thread(app.installing.store.read)).get(name)
        if counts is not None and counts.folder == folder:
            return  # it was there before
        if tables:
            await app.storage.write(partial(leaving.drop, wanted=list(tables)), place=PLACE)
        place = app.installing.store.folder / folder
        forget_code(place)
        await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)


async def undo(app: "App", at: At) -> None:
    """Somebody has cancelled it on its way."""
    progress = await module_work.resumed(app, at.job_id)
    await _take_back(app, at.job_id, at.cursor or {})
    await progress.say("failed", "cancelled: everything is as it was before")
    outcome = Outcome(at.params["module"], at.params["version"], failed="cancelled", reason="It was cancelled.")
    await progress.end(outcome=asdict(outcome))


KINDS = {INSTALL: JobKind(install, "stages", undo)}
