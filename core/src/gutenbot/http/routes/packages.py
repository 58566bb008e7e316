"""Packages of modules: uploaded, looked at, installed in place, removed again."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from gutenbot.accounts import audit as log
from gutenbot.accounts.desk import Db
from gutenbot.accounts.lines import Line
from gutenbot.app import staged
from gutenbot.app.app import App as RunningApp
from gutenbot.app.installing import Installing, NoPackage
from gutenbot.app.switching import MODULE
from gutenbot.config import kept
from gutenbot.http.auth import Actor
from gutenbot.http.permission import App, Desk, Door, by, needs
from gutenbot.http.routes.jobs import JobOut
from gutenbot.http.routes.settings import known
from gutenbot.modules.about import since
from gutenbot.modules.packages import Package
from gutenbot.storage.leaving import drop_tables

router = APIRouter(tags=["modules"])
_BINARY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class PackageOut(BaseModel):
    """A package that waits: what it is, before anything of it has run."""

    id: str
    file: str
    module: str
    distribution: str
    version: str
    installed: str = Field(description="The version that is there now; empty: none.")
    summary: str
    publisher: str
    licence: str
    homepage: str
    sha256: str
    size: int
    files: int
    requires: list[str]
    along: list[str] = Field(description="Further packages that it brings.")
    obstacles: list[str] = Field(description="Why it cannot be installed here; none: it can.")
    readme: str
    news: str = Field(description="What its changelog says since the version that is there now.")


class InstalledOut(BaseModel):
    """How an installation went."""

    module: str
    version: str
    before: str = Field(description="The version that it replaces.")
    ok: bool
    pending: bool = Field(description="It counts from the next start on: another version of it is loaded.")
    failed: str = Field(
        description="The stage that failed: `verify`, `unpack`, `load`, `migrate` or `start`; `cancelled`. Everything is as it "
        "was before then."
    )
    reason: str
    traceback: str


class UninstalledOut(BaseModel):
    """What became of a module."""

    module: str
    version: str
    dropped: list[str] = Field(description="Tables that were removed, with everything in them.")


@router.post("/packages", status_code=201, openapi_extra=_BINARY)
async def upload_package(
    request: Request,
    app: App,
    desk: Desk,
    actor: Annotated[Actor, needs("modules:install")],
    name: Annotated[str, Query(min_length=5, max_length=200, pattern=r"^[^\x00-\x1f/\\]+\.(whl|zip)$",
                               description="The file's name: a wheel, or a zip of wheels.")],
) -> PackageOut:  # fmt: skip
    """Takes a wheel in, or a zip with that of a module and those of what it needs. Nothing of it runs."""
    import asyncio

    installing: Installing = app.installing
    data = await request.body()
    package = await asyncio.to_thread(installing.packages.take, name, data)
    await installing.shared.stage(package)
    line = Line(verb="package.uploaded", object="module", object_id=package.module,
                what=f"uploaded {package.wheel.distribution} {package.wheel.version}",
                after={"sha256": package.wheel.sha256})  # fmt: skip
    await desk.note(by(actor), line)
    return package_out(app, package)


@router.get("/packages/{package}")
async def show_package(package: str, app: App, actor: Annotated[Actor, needs("modules:install")]) -> PackageOut:
    """A package that waits."""
    return package_out(app, await _found(app, package))


@router.delete("/packages/{package}", status_code=204)
async def drop_package(package: str, app: App, desk: Desk, actor: Annotated[Actor, needs("modules:install")]) -> None:
    """Throws a package away that waits."""
    found = await _found(app, package)
    await app.installing.shared.drop(package)
    line = Line(verb="package.dropped", object="module", object_id=found.module, what=f"threw {found.file} away")
    await desk.note(by(actor), line)


@router.post("/packages/{package}/install", status_code=202)
async def install_package(
    package: str, app: App, desk: Desk, actor: Annotated[Actor, needs("modules:install")]
) -> JobOut:
    """Begins to install a package and to start its module in place, stage by stage: `verify`, `unpack`, `load`, `migrate`,
    `start`. `GET /packages/work/{job}` says what is done, and how it went. When a stage fails, everything is as it was before."""
    found = await _found(app, package)
    who, version = by(actor), found.wheel.version
    line = Line(verb="module.install-begun", object="module", object_id=found.module,
                what=f"began to install {found.module} {version}", after={"sha256": found.wheel.sha256})  # fmt: skip

    def noted(db: Db, _: str) -> None:
        log.append(db, who, line, desk.now_ms())

    return JobOut.of(await staged.begin(app, found, who, noted))


@router.delete("/modules/{module}")
async def uninstall_module(
    module: str,
    app: App,
    desk: Desk,
    gate: Door,
    actor: Annotated[Actor, needs("modules:install")],
    data: Annotated[Literal["keep", "drop"], Query(description="What becomes of its tables and settings.")] = "keep",
) -> UninstalledOut:
    """Removes a module that was installed here: it stops at once; its code stays in memory until the next start."""
    entry = known(app, module)
    app.installing.check_removable(module)
    folder = entry.module.migrations if entry.imported else None
    gone = await app.installing.uninstall(module)
    dropped: list[str] = []

    def work(db: Any) -> tuple[list[str], Line]:
        kept.forget_switch(db, MODULE, module)
        names: list[str] = []
        if data == "drop":
            kept.forget_section(db, f"modules.{module}")
            names = drop_tables(db, module, folder) if folder is not None else []
        line = Line(verb="module.uninstalled", object="module", object_id=module,
                    what=f"removed the module {module} {gone.version}", before={"version": gone.version},
                    after={"data": data, "tables": names})  # fmt: skip
        return names, line

    dropped = await desk.change(by(actor), work)
    await app.settings.changed()
    gate.forget()  # permissions have come or gone
    return UninstalledOut(module=module, version=gone.version, dropped=dropped)


async def _found(app: RunningApp, identifier: str) -> Package:
    found = await app.installing.shared.find(identifier)
    if found is None:
        raise NoPackage(id=identifier[:40])
    return found


def package_out(app: RunningApp, package: Package) -> PackageOut:
    """As the API shows it."""
    wheel = package.wheel
    there = app.installing.store.read().get(package.module)
    homepage = next((one.partition(",")[2].strip() for one in wheel.headers.get_all("Project-URL") or ()
                     if str(one).lower().startswith("homepage,")), "")  # fmt: skip
    return PackageOut(
        id=package.id, file=package.file, module=package.module, distribution=wheel.distribution, version=wheel.version,
        installed=there.version if there else "", summary=wheel.said("Summary"),
        publisher=wheel.said("Author") or wheel.said("Author-email").partition("<")[0].strip(),
        licence=wheel.said("License-Expression") or wheel.said("License")[:100],
        homepage=homepage if homepage.startswith(("https://", "http://")) else "", sha256=wheel.sha256, size=wheel.size,
        files=wheel.files, requires=list(wheel.requires), along=[f"{one.distribution} {one.version}" for one in package.along],
        obstacles=list(package.obstacles), readme=wheel.readme, news=since(wheel.changelog, there.version if there else ""),
    )  # fmt: skip
