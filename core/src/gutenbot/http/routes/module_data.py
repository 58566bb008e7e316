"""What modules keep in the database: how much it is, and all of it as a file, before one is removed."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from gutenbot.accounts import audit as log
from gutenbot.accounts.lines import Line
from gutenbot.app.app import App as RunningApp
from gutenbot.app.fetching import EXPORT
from gutenbot.http.auth import Actor
from gutenbot.http.errors import HttpMistake
from gutenbot.http.permission import App, Desk, by, needs
from gutenbot.http.routes.jobs import JobOut
from gutenbot.http.routes.settings import known
from gutenbot.modules.bot import Bot
from gutenbot.storage import leaving

router = APIRouter(tags=["modules"])


class NoData(HttpMistake):
    """The module {module} has no tables."""

    code = "modules.no-data"
    status = 404


class TableOut(BaseModel):
    """A table of a module."""

    name: str
    rows: int


class DataOut(BaseModel):
    """What a module keeps."""

    tables: list[TableOut]
    settings: int = Field(description="How many of its settings were made in the console.")


@router.get("/modules/{module}/data")
async def module_data(module: str, app: App, actor: Annotated[Actor, needs("modules:install")]) -> DataOut:
    """How much a module keeps, table by table."""
    folder = _folder(app, module)
    counts = (
        await app.storage.read(lambda db: leaving.count_rows(db, module, folder))
        if folder is not None
        else dict[str, int]()
    )
    section = f"modules.{module}"
    own = [one for one in app.settings.kept.rows if one.section == section or one.section.startswith(f"{section}.")]
    return DataOut(tables=[TableOut(name=name, rows=rows) for name, rows in counts.items()], settings=len(own))


@router.post("/modules/{module}/data/exports", status_code=202)
async def export_module_data(
    module: str, app: App, desk: Desk, actor: Annotated[Actor, needs("modules:install")]
) -> JobOut:
    """Begins to write all rows of a module's tables into a file, one JSON object a line."""
    folder = _folder(app, module)
    if folder is None:
        raise NoData(module=module)
    counts = await app.storage.read(lambda db: leaving.count_rows(db, module, folder))
    line = Line(verb="module.exported", object="module", object_id=module,
                what=f"began to export {sum(counts.values())} rows of the module {module}")  # fmt: skip
    told = await app.jobs.start(
        EXPORT, title=module, by=by(actor), total=sum(counts.values()), needs="modules:install",
        params={"module": module, "tables": list(counts)},
        with_it=lambda db, _: log.append(db, by(actor), line, desk.now_ms()),
    )  # fmt: skip
    return JobOut.of(told)


def _folder(app: RunningApp, module: str) -> Path | None:
    entry = known(app, module)
    return entry.module.migrations if entry.imported and not isinstance(entry.module, Bot) else None
