"""Routes, permissions and pages that modules bring: the same rights, document and audit log as core's own."""

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from core.tests.http.house import House, Skipping
from core.tests.http.served import Served, serving
from core.tests.storage.postgres.servers import Server
from pydantic import BaseModel, Field

from gutenbot.kernel.errors import UserMistake
from gutenbot.sdk import Action, BotId, Call, Chart, Column, Form, Limit, Listed, Module, Stat, Table, Words
from gutenbot.storage.postgres import PostgresStorage

_META = sa.MetaData()
PLANT = sa.Table(
    "garden_plant", _META, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text, nullable=False)
)


class Plant(BaseModel):
    """A plant."""

    id: int
    name: str


class PlantIn(BaseModel):
    """A plant to be."""

    name: str = Field(min_length=1, max_length=20)


class NoPlant(UserMistake):
    """There is no plant {plant}."""

    code = "garden.no-plant"
    status = 404


def garden() -> Module:
    """A module with a table, routes and a page."""
    module = Module("garden", summary="Grows.", version="1.2")
    module.permission("plants:read", "See plants", roles=("analyst",))
    module.permission("plants:write", "Change plants")

    @module.on_start
    async def make(app: Any) -> None:
        await app.storage.write(_META.create_all)

    @module.api("GET", "/plants", needs="plants:read")
    async def plants(call: Call, limit: Limit = 50, after: int = 0) -> Listed[Plant]:
        """All plants."""
        query = sa.select(PLANT).where(PLANT.c.id > after).order_by(PLANT.c.id).limit(limit)
        rows = await call.read(lambda db: db.execute(query).mappings().all())
        items = [Plant(**row) for row in rows]
        return Listed(items=items, next=str(items[-1].id) if len(items) == limit else None)

    @module.api("POST", "/plants", needs="plants:write", status=201)
    async def add(call: Call, body: PlantIn) -> Plant:
        """Plants one."""

        def work(db: sa.Connection) -> Plant:
            made = db.execute(PLANT.insert().values(name=body.name)).inserted_primary_key
            assert made is not None
            call.tell(f"planted {body.name}", object_id=str(made[0]), after={"name": body.name})
            return Plant(id=made[0], name=body.name)

        return await call.write(work)

    @module.api("DELETE", "/plants/{plant}", needs="plants:write")
    async def remove(call: Call, plant: int) -> None:
        """Takes one out."""

        def work(db: sa.Connection) -> None:
            if not db.execute(PLANT.delete().where(PLANT.c.id == plant)).rowcount:
                raise NoPlant(plant=plant)

        await call.write(work)

    @module.api("GET", "/{bot}/count", needs="plants:read")
    async def count(call: Call, bot: BotId) -> dict[str, int]:
        """How many."""
        return {
            "count": await call.read(lambda db: db.execute(sa.select(sa.func.count()).select_from(PLANT)).scalar_one())
        }

    @module.api("POST", "/rain", needs="plants:write")
    async def rain(call: Call) -> None:
        """Changes nothing in a table."""

    @module.api("GET", "/broken", needs="plants:read")
    async def broken(call: Call) -> None:
        raise RuntimeError("the secret of the garden")

    module.page(
        "plants", title="garden.title", permission="plants:read", group="data", icon="sprout", of_bot=True,
        body=[
            Words("garden.about"),
            Stat(title="garden.count", source=count, field="count"),
            Table(rows=plants, columns=[Column("name", "garden.name")],
                  actions=[Action(title="garden.remove", route=remove, typed="name")]),
            Form(route=add, submit="garden.add"),
            Chart(title="garden.chart", source=plants, x="name", y={"id": "garden.id"}),
        ],
    )  # fmt: skip
    return module


Grow = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def grow(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Grow]:
    """Starts a server with these modules (without any: the garden), on each engine."""
    clock = Skipping()
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    url = server.new_database() if server is not None else ""

    @asynccontextmanager
    async def grown(*modules: Module) -> AsyncGenerator[House]:
        storage = PostgresStorage(url, clock) if url else None
        async with serving(tmp_path, dev=False, clock=clock, modules=modules or (garden(),), storage=storage) as served:
            yield House(served, clock)

    yield grown
    if server is not None:
        server.drop(url)


async def test_rba_01_routes_of_modules_need_their_permission_and_roles_get_what_was_declared(grow: Grow) -> None:
    async with grow() as house:
        owner = await house.owner()
        people = {role: await house.member(owner, role) for role in ("admin", "analyst", "editor")}
        assert await house.stranger().refused("GET", "/m/garden/plants") == "http.unauthenticated"
        for who in (owner, people["admin"], people["analyst"]):
            assert await who.get("/m/garden/plants") == {"items": [], "next": None}
        assert await people["editor"].refused("GET", "/m/garden/plants") == "http.forbidden"
        assert await people["analyst"].refused("POST", "/m/garden/plants", {"name": "Rose"}) == "http.forbidden"
        made = await people["admin"].do("POST", "/m/garden/plants", {"name": "Rose"})
        assert made == {"id": 1, "name": "Rose"}
        assert (await owner.get("/m/garden/echo/count")) == {"count": 1}
        assert await owner.refused("GET", "/m/garden/other/count") == "turns.unknown-bot"


async def test_a_role_of_the_console_gets_a_permission_of_a_module_and_keeps_it_while_the_module_is_away(
    grow: Grow,
) -> None:
    async with grow() as house:
        owner = await house.owner()
        told = await owner.get("/roles")
        assert {"name": "plants:read", "title": "See plants", "group": "garden"} in told["permissions"]
        gardener = {"title": "Gardener", "permissions": ["plants:read", "plants:write", "bots:read"]}
        await owner.do("PUT", "/roles/gardener", gardener)
        ann = await house.member(owner, "gardener", "ann")
        await ann.do("POST", "/m/garden/plants", {"name": "Ivy"})
        registry = house.served.app.registries["permissions"]
        kept = dict(iter(registry))
        registry.drop("garden")
        house.served.server.gate.forget()
        (role,) = [one for one in (await owner.get("/roles"))["items"] if one["name"] == "gardener"]
        assert role["permissions"] == ["bots:read"]
        await owner.do("PUT", "/roles/gardener", {**gardener, "title": "Garden", "permissions": ["bots:read"]})
        for name, value in kept.items():
            registry.add(name, value, "garden")
        house.served.server.gate.forget()
        (role,) = [one for one in (await owner.get("/roles"))["items"] if one["name"] == "gardener"]
        assert role["permissions"] == ["bots:read", "plants:read", "plants:write"]


async def test_a_key_can_be_limited_to_permissions_of_a_module(grow: Grow) -> None:
    async with grow() as house:
        owner = await house.owner()
        made = await owner.do("POST", "/keys", {"name": "watch", "role": "admin", "scopes": ["plants:read"]})
        bearer = {"authorization": f"Bearer {made['key']}"}
        stranger = house.stranger()
        assert (await stranger.call("GET", "/m/garden/plants", headers=bearer)).status_code == 200
        assert (await stranger.call("POST", "/m/garden/rain", headers=bearer)).status_code == 403


async def test_every_change_by_a_module_leaves_one_line_also_when_the_module_says_nothing(grow: Grow) -> None:
    async with grow() as house:
        owner = await house.owner()
        await owner.do("POST", "/m/garden/plants", {"name": "Rose"})
        await owner.do("DELETE", "/m/garden/plants/1")
        await owner.do("POST", "/m/garden/rain")
        assert await owner.refused("DELETE", "/m/garden/plants/1") == "garden.no-plant"
        lines = (await owner.get("/audit?object=garden"))["items"]
        assert [(one["verb"], one["what"], one["object_id"]) for one in lines] == [
            ("garden.rain", "called POST /rain of the module garden", ""),
            ("garden.remove", "called DELETE /plants/{plant} of the module garden", ""),
            ("garden.add", "planted Rose", "1"),
        ]
        assert lines[0]["actor"]["name"] == "Olga"
        assert (await owner.get("/audit/check"))["ok"]


async def test_what_is_wrong_with_a_request_is_told_as_for_core_and_what_breaks_inside_is_not(grow: Grow) -> None:
    async with grow() as house:
        owner = await house.owner()
        wrong = await owner.call("POST", "/m/garden/plants", {"name": ""})
        assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["name"])
        broken = await owner.call("GET", "/m/garden/broken")
        assert broken.status_code == 500
        assert "secret" not in broken.text
        assert (await owner.call("GET", "/m/garden/plants?limit=999")).status_code == 422
        assert (await owner.call("GET", "/m/garden/nothing")).status_code == 404


async def test_routes_of_modules_are_in_the_document_and_go_with_their_module(grow: Grow) -> None:
    async with grow() as house:
        owner = await house.owner()
        document = await owner.get("/openapi.json")
        assert document["paths"]["/api/v1/m/garden/plants"]["get"]["x-permission"] == "plants:read"
        assert document["paths"]["/api/v1/m/garden/plants"]["get"]["tags"] == ["garden"]
        app = house.served.app
        app.disable(app.installed["garden"], RuntimeError("switched off"))
        assert await owner.refused("GET", "/m/garden/plants") == "http.not-found"
        assert "/api/v1/m/garden/plants" not in (await owner.get("/openapi.json"))["paths"]
        assert (await owner.get("/console/pages"))["items"] == []


async def test_pages_are_told_to_those_who_may_see_them(grow: Grow) -> None:
    async with grow() as house:
        owner = await house.owner()
        editor = await house.member(owner, "editor")
        assert (await editor.get("/console/pages"))["items"] == []
        (module,) = (await owner.get("/console/pages"))["items"]
        (page,) = module["pages"]
        assert (module["name"], page["path"], page["group"], page["of_bot"]) == ("garden", "plants", "data", True)
        assert [part["kind"] for part in page["parts"]] == ["words", "stat", "table", "form", "chart"]
        table, form = page["parts"][2], page["parts"][3]
        assert table["source"] == {
            "method": "GET", "path": "/api/v1/m/garden/plants", "permission": "plants:read", "form": None,
            "takes": ["limit", "after"],
        }  # fmt: skip
        assert table["actions"][0]["route"]["path"] == "/api/v1/m/garden/plants/{plant}"
        assert form["source"]["form"]["properties"]["name"]["maxLength"] == 20


def _wrong(change: Any) -> Module:
    module = Module("wrong")
    module.permission("wrong:read", "Look")

    @module.api("GET", "/things", needs="wrong:read")
    async def things(call: Call) -> list[int]:
        return []

    change(module, things)
    return module


async def _loose(call: Call) -> None:
    """Not declared as a route."""


WRONG = {
    "registry.duplicate-name": lambda module, _: module.permission("users:read", "See people"),
    "module.wrong-permission": lambda module, _: module.permission("Reading", "Look"),
    "module.wrong-route": lambda module, _: module.api("GET", "/other", needs="wrong:write")(_loose),
    "module.wrong-page": lambda module, _: module.page(
        "p", title="P", permission="wrong:read", body=[Table(rows=_loose, columns=[])]
    ),
}


@pytest.mark.parametrize("code", list(WRONG))
async def test_mod_10_what_cannot_be_takes_the_module_out_alone_and_says_why(tmp_path: Path, code: str) -> None:
    async with serving(tmp_path, modules=[_wrong(WRONG[code])]) as served:
        assert served.app.installed["wrong"].state == "failed"
        assert served.app.installed["wrong"].reason
        assert await _paths(served, "/m/wrong") == []
        assert await served.texts({"text": "hi"}) == ["hi"]


async def test_mod_10_a_route_that_no_framework_can_serve_takes_its_module_out_alone(tmp_path: Path) -> None:
    def odd(module: Module, _: Any) -> None:
        @module.api("GET", "/odd", needs="wrong:read")
        async def odd(call: Call, thing: House) -> None:
            """Its argument is nothing that comes with a request."""

    async with serving(tmp_path, modules=[_wrong(odd), garden()]) as served:
        assert await _paths(served, "/m/wrong") == []
        assert served.app.installed["wrong"].state == "failed"
        assert "odd" in served.app.installed["wrong"].reason
        assert len(await _paths(served, "/m/garden")) == 5


async def _paths(served: Served, below: str) -> list[str]:
    document = (await served.client.get("/api/v1/openapi.json")).json()
    return [path for path in document["paths"] if path.startswith(f"/api/v1{below}")]


async def test_sock_03_mod_07_mod_16_a_document_gets_a_token_for_the_routes_of_its_module_alone_and_refusals_are_noted(
    grow: Grow,
) -> None:
    other = Module("other")
    other.permission("others:read", "See others")

    @other.api("GET", "/others", needs="others:read")
    async def others(call: Call) -> list[int]:
        return []

    async with grow(garden(), other) as house:
        owner = await house.owner()
        token = (await owner.do("POST", "/console/modules/garden/token"))["token"]
        bearer = {"authorization": f"Bearer {token}"}
        document = house.stranger()
        assert (await document.call("GET", "/m/garden/plants", headers=bearer)).status_code == 200
        assert (await document.call("POST", "/m/garden/rain", headers=bearer)).status_code == 204
        for path in ("/m/other/others", "/roles", "/keys", "/bots/echo/users", "/account/sessions", "/settings/server"):
            for _ in range(2):
                assert (await document.call("GET", path, headers=bearer)).status_code == 403, path
        refused = (await owner.get("/audit?verb=module.refused"))["items"]
        assert {one["object_id"] for one in refused} == {"garden"}
        asked = [one["after"]["permission"] for one in refused]
        assert {"others:read", "accounts:read", "keys:read", "users:read", "settings:read"} <= set(asked)
        assert len(asked) == len(set(asked)), "each is noted once a minute"
        forged = token.replace(".garden.", ".other.")
        for wrong in (forged, token[:-1] + ("0" if token[-1] != "0" else "1"), "gbm_", "gbm_a.b.c.d", token + ".x"):
            found = await document.call("GET", "/m/garden/plants", headers={"authorization": f"Bearer {wrong}"})
            assert found.status_code == 401, wrong
        house.later(601)
        assert (await document.call("GET", "/m/garden/plants", headers=bearer)).status_code == 401
        token = (await owner.do("POST", "/console/modules/garden/token"))["token"]
        await owner.do("DELETE", "/session")
        found = await document.call("GET", "/m/garden/plants", headers={"authorization": f"Bearer {token}"})
        assert found.status_code == 401


WORDS = {"garden": {"title": "Garden", "count": "{count} plants"}}


async def test_files_of_modules_are_kept_for_ever_and_change_their_address_with_their_content(
    grow: Grow, tmp_path: Path
) -> None:
    folder = tmp_path / "garden"
    (folder / "ui").mkdir(parents=True)
    (folder / "locales").mkdir()
    (folder / "ui" / "page.js").write_text("export default 1;", encoding="utf-8")
    (folder / "ui" / "frame.html").write_text("<!doctype html><title>Frame</title>", encoding="utf-8")
    (folder / "ui" / ".secret").write_text("no", encoding="utf-8")
    (folder / "ui" / "link.js").symlink_to(tmp_path / "outside.js")
    (tmp_path / "outside.js").write_text("no", encoding="utf-8")
    (folder / "locales" / "en.json").write_text(json.dumps(WORDS), encoding="utf-8")
    (folder / "locales" / "ar.json").write_text('{"garden": {"title": "حديقة"}}', encoding="utf-8")
    module = garden()
    module.folder = folder
    async with grow(module) as house:
        owner = await house.owner()
        (told,) = (await owner.get("/console/pages"))["items"]
        assert told["languages"] == ["ar", "en"]
        assets = house.served.server.module_assets
        assert assets.said("garden", "garden.title") == {"ar": "حديقة", "en": "Garden"}
        assert assets.said("garden", "garden.count") == assets.said("garden", "garden") == {}, (
            "it takes a value, or is no word"
        )
        client = house.stranger().client
        found = await client.get(f"{told['base']}page.js")
        assert (found.status_code, found.text) == (200, "export default 1;")
        assert "immutable" in found.headers["cache-control"]
        frame = await client.get(f"{told['base']}frame.html")
        assert frame.headers["content-security-policy"].startswith("sandbox allow-scripts")
        assert "connect-src" not in frame.headers["content-security-policy"]
        assert (await client.get(f"{told['base']}locales/en.json")).json() == WORDS
        for name in (".secret", "link.js", "../garden/ui/page.js", "nothing.js", "__init__.py", ""):
            assert (await client.get(f"{told['base']}{name}")).status_code == 404, name
        (folder / "ui" / "page.js").write_text("export default 2;", encoding="utf-8")
        (changed,) = (await owner.get("/console/pages"))["items"]
        assert changed["base"] != told["base"]
        assert (await client.get(f"{told['base']}page.js")).status_code == 404
