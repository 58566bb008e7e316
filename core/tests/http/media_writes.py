"""A call that succeeds for every route of the media library and of import that changes something."""

from typing import Any

from core.tests.http.house import House, Someone
from core.tests.http.writes import write
from core.tests.media import drawn


async def _picture(owner: Someone, name: str, width: int = 40) -> dict[str, Any]:
    """Puts a picture into the library; the row."""
    path = f"/bots/echo/media?name={name}"
    found: dict[str, Any] = await owner.send("POST", path, drawn.png(width, width))
    return found


@write("POST", "/bots/{bot}/media")
async def _(house: House, owner: Someone) -> None:
    await _picture(owner, "added.png")


@write("PATCH", "/bots/{bot}/media/{media}")
async def _(house: House, owner: Someone) -> None:
    row = await _picture(owner, "changed.png")
    await house.begin()
    await owner.do("PATCH", f"/bots/echo/media/{row['id']}", {"alt": {"en": "A square"}})


@write("POST", "/bots/{bot}/media/{media}/replace")
async def _(house: House, owner: Someone) -> None:
    row = await _picture(owner, "replaced.png")
    await house.begin()
    await owner.send("POST", f"/bots/echo/media/{row['id']}/replace", drawn.png(50, 50))


@write("PUT", "/bots/{bot}/media/{media}/renditions")
async def _(house: House, owner: Someone) -> None:
    row = await _picture(owner, "smaller.png")
    await house.begin()
    await owner.send("PUT", f"/bots/echo/media/{row['id']}/renditions", drawn.png(20, 20))


@write("DELETE", "/bots/{bot}/media/{media}")
async def _(house: House, owner: Someone) -> None:
    row = await _picture(owner, "removed.png")
    await house.begin()
    await owner.do("DELETE", f"/bots/echo/media/{row['id']}")


@write("POST", "/bots/{bot}/content/import")
async def _(house: House, owner: Someone) -> None:
    await owner.send("POST", "/bots/echo/content/import?format=yaml", b"imported: Hello\n")
