"""What modules show in the console, for the person who asks: pages and panels as data, and where their files are."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_type_hints

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from gutenbot.accounts.permissions import SELF
from gutenbot.http.auth import Actor
from gutenbot.http.errors import NotFound
from gutenbot.http.module_assets import ModuleAssets
from gutenbot.http.permission import App, Desk, Door, needs
from gutenbot.http.scoped import SECONDS, make_token
from gutenbot.modules.pages import SDK, Action, Chart, Element, Form, Page, PagePart, Sandbox, Script, Stat, Table
from gutenbot.modules.routes import Call, Route

router = APIRouter(tags=["console"])


class RouteOut(BaseModel):
    """What a part of a page calls."""

    method: str
    path: str = Field(description="Whole, with names in braces.")
    permission: str
    form: dict[str, Any] | None = Field(None, description="JSON Schema of the body.")
    takes: list[str] = Field(default_factory=list, description="Arguments of the query.")


class ColumnOut(BaseModel):
    """A column of a table."""

    field: str
    title: str
    kind: str
    wide_only: bool


class ActionOut(BaseModel):
    """A button that calls a route."""

    title: str
    route: RouteOut
    confirm: str
    typed: str
    done: str
    undo: RouteOut | None
    when: dict[str, str | bool | int] = Field(description="Fields of the row and their values; left out in other rows.")
    form: bool


class PartOut(BaseModel):
    """A part of a page; which fields count depends on its kind."""

    kind: Literal["table", "form", "stat", "chart", "words"]
    title: str = ""
    about: str = ""
    source: RouteOut | None = None
    columns: list[ColumnOut] = Field(default_factory=list)
    actions: list[ActionOut] = Field(default_factory=list)
    id: str = "id"
    link: str = ""
    search: str = ""
    empty: str = ""
    export: str = ""
    refresh_s: int = 0
    submit: str = ""
    done: str = ""
    values: RouteOut | None = None
    field: str = ""
    x: str = ""
    y: dict[str, str] = Field(default_factory=dict)
    shape: Literal["bar", "line"] = "bar"


class PageOut(BaseModel):
    """A page of a module, or a panel on a page of the console."""

    name: str
    title: str
    titles: dict[str, str] = Field(
        default_factory=dict,
        description="What the title is in each language of the module, so that nobody waits for its words.",
    )
    about: str
    path: str
    group: str | None
    icon: str
    permission: str
    of_bot: bool
    place: str | None
    kind: Literal["parts", "script", "element", "sandbox"]
    parts: list[PartOut] = Field(default_factory=list)
    file: str = ""
    tag: str = ""
    sdk: int = 0


class ModulePages(BaseModel):
    """A module with what it shows."""

    name: str
    version: str
    summary: str
    base: str = Field(description="Where its files are.")
    languages: list[str]
    pages: list[PageOut]


class AllPages(BaseModel):
    """What the modules of this server show to the person who asks."""

    sdk: int = Field(description="The major version of @gutenbot/console here.")
    items: list[ModulePages]


@router.get("/console/pages")
async def module_pages(app: App, request: Request, actor: Annotated[Actor, needs(SELF)]) -> AllPages:
    """Pages and panels of modules that the person may see. Words are ids in the files of the module, or the words themselves."""
    assets: ModuleAssets = request.app.state.module_assets
    pages, routes = app.registries["pages"], app.registries["routes"]
    shown: dict[str, list[Page]] = {}
    for name, page in pages:
        if actor.may(page.permission):
            shown.setdefault(pages.module_of(name), []).append(page)
    items = []
    for module, some in shown.items():
        entry = app.installed[module]
        known = {route.function: route for name, route in routes if routes.module_of(name) == module}
        shape = [_page(module, page, known, assets.said(module, page.title)) for page in some]
        items.append(ModulePages(
            name=module, version=entry.module.version, summary=entry.module.summary, base=assets.base(module),
            languages=assets.of(module).languages, pages=shape,
        ))  # fmt: skip
    return AllPages(sdk=SDK, items=items)


class TokenOut(BaseModel):
    """A token for the routes of one module."""

    token: str
    seconds: int


@router.post("/console/modules/{module}/token")
async def module_token(
    module: str,
    app: App,
    door: Door,
    desk: Desk,
    request: Request,
    actor: Annotated[Actor, needs(SELF, also_viewing=True)],
) -> TokenOut:
    """A token with which a page of the console lets a document of a module ask for that module's routes, and nothing else."""
    opened = await door.session(request.scope)
    if opened is None or module not in app.installed:
        raise NotFound(path=request.url.path[:200])
    return TokenOut(token=make_token(opened.session, module, desk.now_ms()), seconds=SECONDS)


Known = Mapping[Callable[..., Any], Route]


def _page(module: str, page: Page, known: Known, titles: dict[str, str]) -> PageOut:
    out = PageOut(
        name=page.name, title=page.title, titles=titles, about=page.about, path=page.at, group=page.group, icon=page.icon,
        permission=page.permission, of_bot=page.of_bot, place=page.place, kind="parts",
    )  # fmt: skip
    match page.body:
        case Script(file=file, sdk=sdk):
            return out.model_copy(update={"kind": "script", "file": file, "sdk": sdk})
        case Element(tag=tag, file=file, sdk=sdk):
            return out.model_copy(update={"kind": "element", "tag": tag, "file": file, "sdk": sdk})
        case Sandbox(file=file):
            return out.model_copy(update={"kind": "sandbox", "file": file})
        case parts:
            return out.model_copy(update={"parts": [_part(module, part, known) for part in parts]})


def _part(module: str, part: PagePart, known: Known) -> PartOut:
    def called(function: Callable[..., Any]) -> RouteOut:
        return _route(module, known[function])

    match part:
        case Table():
            return PartOut(
                kind="table", title=part.title, source=called(part.rows), id=part.id, link=part.link, search=part.search,
                empty=part.empty, export=part.export, refresh_s=part.refresh_s,
                columns=[ColumnOut(field=one.field, title=one.title, kind=one.kind, wide_only=one.wide_only)
                         for one in part.columns],
                actions=[_action(module, one, known) for one in part.actions],
            )  # fmt: skip
        case Form():
            values = called(part.values) if part.values is not None else None
            return PartOut(
                kind="form", title=part.title, about=part.about, source=called(part.route), values=values,
                submit=part.submit, done=part.done,
            )  # fmt: skip
        case Stat():
            return PartOut(
                kind="stat", title=part.title, about=part.about, source=called(part.source), field=part.field
            )
        case Chart():
            return PartOut(
                kind="chart", title=part.title, source=called(part.source), x=part.x, y=dict(part.y), shape=part.kind
            )
        case _:
            return PartOut(kind="words", about=part.text)


def _action(module: str, one: Action, known: Known) -> ActionOut:
    undo = _route(module, known[one.undo]) if one.undo is not None else None
    return ActionOut(
        title=one.title, route=_route(module, known[one.route]), confirm=one.confirm, typed=one.typed, done=one.done,
        undo=undo, when=dict(one.when), form=one.form,
    )  # fmt: skip


def _route(module: str, route: Route) -> RouteOut:
    hints = get_type_hints(route.function)
    arguments = inspect.signature(route.function).parameters
    bodies = [hint for name, hint in hints.items() if name in arguments and _is_model(hint)]
    form = bodies[0] if bodies and route.method != "GET" else None
    takes = [
        name for name in arguments if name not in route.names and not _is_model(hints[name]) and hints[name] is not Call
    ]
    return RouteOut(
        method=route.method, path=f"/api/v1/m/{module}{route.path}", permission=route.needs,
        form=form.model_json_schema() if form is not None else None, takes=takes,
    )  # fmt: skip


def _is_model(hint: Any) -> bool:
    return inspect.isclass(hint) and issubclass(hint, BaseModel)
