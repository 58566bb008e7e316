"""Where modules come from beside uploads: an index, folders of the server, the list of those that are known."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gutenbot.accounts import audit as log
from gutenbot.accounts.lines import Line
from gutenbot.app import fetching, module_work
from gutenbot.app.app import App as RunningApp
from gutenbot.app.fetching import FETCH
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, by, needs
from gutenbot.http.routes.jobs import JobOut
from gutenbot.http.routes.packages import InstalledOut, PackageOut, package_out
from gutenbot.kernel.clock import from_ms
from gutenbot.modules.sources.names import wanted_of
from gutenbot.modules.sources.web import shown

router = APIRouter(tags=["modules"])
Installer = Annotated[Actor, needs("modules:install")]


class OfferedFile(BaseModel):
    """A wheel or zip in a folder of the server."""

    folder: int = Field(description="Its place in `folders`.")
    name: str
    size: int
    changed: datetime


class SourcesOut(BaseModel):
    """Where packages may come from."""

    indexes: list[str] = Field(description="What pip would ask on this server; empty: no index.")
    folders: list[str] = Field(description="Folders that the settings name (`module_folders`).")
    files: list[OfferedFile]


class FolderFile(BaseModel):
    """Which file to take."""

    model_config = ConfigDict(extra="forbid")

    folder: int = Field(ge=0, lt=1000)
    name: str = Field(min_length=5, max_length=200)


class IndexName(BaseModel):
    """What to bring from the index: a name, never an address."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="Of the package."
    )
    version: str = Field("", max_length=50, pattern=r"^[A-Za-z0-9.!+_-]*$", description="Empty: the newest that fits.")


class WorkLine(BaseModel):
    """Something that was done."""

    at: datetime
    stage: str = Field(description="`resolve`, `download`, `verify`, `unpack`, `load`, `migrate`, `start` or `failed`.")
    text: str


class WorkOut(BaseModel):
    """What is being done with a package; the live topic `modules` says when there is more."""

    stage: str
    lines: list[WorkLine]
    package: str = Field(description="The package that waits, once it is there.")
    ended: bool
    outcome: InstalledOut | None = Field(description="How an installation went, once it has ended.")


class KnownModule(BaseModel):
    """A module that can be had, beside what is here."""

    name: str
    distribution: str
    version: str
    summary: str
    publisher: str
    licence: str
    homepage: str
    adds: dict[str, int] = Field(description="How much it brings, by kind.")
    keywords: list[str]
    obstacles: list[str] = Field(description="Why it cannot run on this server; none: it can.")
    installed: str = Field(description="The version that is here; empty: none.")
    update: bool = Field(description="What is here is older.")
    here: bool = Field(description="It can be installed or updated from the console; else it came with the server.")
    news: str = Field(description="What its changelog says since the version that is here.")


class IndexOut(BaseModel):
    """The list of known modules."""

    items: list[KnownModule]
    renewable: bool = Field(description="The settings name an address (`module_index_url`).")
    url: str
    fetched: datetime | None = Field(description="When the list was fetched; null: it is that of the release.")
    tried: datetime | None
    error: str = Field(description="Why the last try brought nothing; the last good list goes on counting.")


@router.get("/packages/sources")
async def package_sources(app: App, actor: Installer) -> SourcesOut:
    """The indexes and folders of this server, with the files that lie there."""
    import asyncio

    sources = app.installing.sources
    files = await asyncio.to_thread(fetching.offered, sources.folders)
    return SourcesOut(
        indexes=[*(shown(one) for one in sources.pip.indexes), *sources.pip.find_links],
        folders=[str(one) for one in sources.folders],
        files=[
            OfferedFile(folder=one.folder, name=one.name, size=one.size, changed=from_ms(one.changed_ms))
            for one in files
        ],
    )


@router.post("/packages/from-folder", status_code=201)
async def take_from_folder(body: FolderFile, app: App, desk: Desk, actor: Installer) -> PackageOut:
    """Takes a package in that lies in one of the folders. Nothing of it runs."""
    package = await fetching.from_folder(app, body.folder, body.name)
    await app.installing.shared.stage(package)
    line = Line(verb="package.taken", object="module", object_id=package.module,
                what=f"took {package.wheel.distribution} {package.wheel.version} from a folder of the server",
                after={"sha256": package.wheel.sha256})  # fmt: skip
    await desk.note(by(actor), line)
    return package_out(app, package)


@router.post("/packages/from-index", status_code=202)
async def fetch_from_index(body: IndexName, app: App, desk: Desk, actor: Installer) -> JobOut:
    """Begins to bring a package from the index of this server: the wheel of the module and of what it needs, each with the hash
    that the index states. The job's `link` leads to the package; `GET /packages/work/{job}` says what is done."""
    wanted_of(body.name, body.version)
    app.installing.packages  # noqa: B018 - raises where modules cannot be installed
    what = f"{body.name} {body.version}".strip()
    line = Line(
        verb="package.fetched", object="module", object_id=body.name, what=f"began to fetch {what} from the index"
    )
    told = await app.jobs.start(
        FETCH, title=what, by=by(actor), total=1, needs="modules:install",
        params={"name": body.name, "version": body.version},
        with_it=lambda db, _: log.append(db, by(actor), line, desk.now_ms()),
    )  # fmt: skip
    return JobOut.of(told)


@router.get("/packages/work/{work}")
async def show_work(work: str, app: App, actor: Installer) -> WorkOut:
    """What is done so far by a job that fetches or installs a package. Nothing yet: no lines."""
    found = await module_work.read(app, work[:100]) or module_work.Work(work)
    lines = [WorkLine(at=from_ms(one.at_ms), stage=one.stage, text=one.text) for one in found.lines]
    return WorkOut(stage=found.stage, lines=lines, package=found.package, ended=found.ended,
                   outcome=InstalledOut(**found.outcome) if found.outcome else None)  # fmt: skip


@router.get("/module-index")
async def show_index(app: App, actor: Annotated[Actor, needs("modules:read")]) -> IndexOut:
    """The modules that can be had, and what of them is here. Needs no network."""
    return await _index(app)


@router.post("/module-index/renew")
async def renew_index(app: App, desk: Desk, actor: Installer) -> IndexOut:
    """Fetches the list now. What is wrong with it is said, and the last good one goes on counting."""
    await app.installing.catalogue.renewed.renew()
    found = await _index(app)
    line = Line(verb="module-index.renewed", object="module-index", what="renewed the list of modules",
                after={"error": found.error} if found.error else None)  # fmt: skip
    await desk.note(by(actor), line)
    return found


async def _index(app: RunningApp) -> IndexOut:
    catalogue = app.installing.catalogue
    offers = await catalogue.look()
    now = catalogue.renewed.now
    items = [
        KnownModule(
            name=one.known.name, distribution=one.known.distribution, version=one.known.version,
            summary=one.known.summary, publisher=one.known.publisher, licence=one.known.licence,
            homepage=one.known.homepage, adds=dict(one.known.adds), keywords=list(one.known.keywords),
            obstacles=one.known.obstacles(), installed=one.installed, update=one.is_update, here=one.ours, news=one.news,
        )
        for one in offers
    ]  # fmt: skip
    return IndexOut(
        items=items, renewable=bool(catalogue.renewed.url), url=shown(catalogue.renewed.url) if catalogue.renewed.url else "",
        fetched=from_ms(now.at_ms) if now.at_ms else None, tried=from_ms(now.tried_ms) if now.tried_ms else None,
        error=now.error,
    )  # fmt: skip
