"""A call that succeeds for every route that changes content."""

from core.tests.http.house import House, Someone
from core.tests.http.writes import NO_LINE, write

from gutenbot.kernel.ids import new_id

AT = "/bots/echo/content"
_BASE = "/bots/{bot}/content"
_TEXT = f"{_BASE}/items/{{item}}/locales/{{locale}}"
NO_LINE[("POST", f"/api/v1{_BASE}/check")] = "looks at a text, changes nothing"
NO_LINE[("POST", f"/api/v1{_BASE}/preview")] = "shows a text, changes nothing"
NO_LINE[("POST", f"/api/v1{_BASE}/push")] = "tells of it only when something changed; see test_content_sync"
NO_LINE[("POST", f"/api/v1{_TEXT}/resolve")] = "needs files that changed; see test_content_sync"
NO_LINE[("POST", f"/api/v1{_BASE}/items/{{item}}/revert")] = "needs files; see test_content_sync"


async def item(owner: Someone, *, live: bool = False) -> str:
    """A new item with a draft; returns the address of its text."""
    name = f"made.{new_id()}"
    await owner.do("POST", f"{AT}/items", {"id": name, "locale": "en", "yaml": "- text: Hi\n"})
    text = f"{AT}/items/{name}/locales/en"
    if live:
        await owner.do("POST", f"{text}/publish", {})
    return text


def of(text: str) -> str:
    """The address of the item of a text."""
    return text.removesuffix("/locales/en")


@write("POST", f"{_BASE}/items")
async def _(house: House, owner: Someone) -> None:
    await item(owner)


@write("PUT", f"{_TEXT}/draft")
async def _(house: House, owner: Someone) -> None:
    """The first draft of a text is told; what is saved while somebody types is not."""
    text = of(await item(owner))
    await house.begin()
    await owner.do("PUT", f"{text}/locales/fr/draft", {"yaml": "- text: Salut\n"})


@write("DELETE", f"{_TEXT}/draft")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("DELETE", f"{text}/draft")


@write("POST", f"{_TEXT}/publish")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{text}/publish", {})


@write("POST", f"{_TEXT}/unschedule")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await owner.do("POST", f"{text}/publish", {"at": "2999-01-01T00:00:00Z"})
    await house.begin()
    await owner.do("POST", f"{text}/unschedule")


@write("POST", f"{_TEXT}/restore")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner, live=True)
    await house.begin()
    await owner.do("POST", f"{text}/restore", {"revision": 1})


@write("POST", f"{_TEXT}/review")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{text}/review", {"do": "ask", "reviewer": "Mia"})


@write("POST", f"{_BASE}/items/{{item}}/comments")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{of(text)}/comments", {"words": "Shorter?"})


@write("PATCH", f"{_BASE}/comments/{{comment}}")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    made = await owner.do("POST", f"{of(text)}/comments", {"words": "Shorter?"})
    await house.begin()
    await owner.do("PATCH", f"{AT}/comments/{made['id']}", {"done": True})


@write("POST", f"{_BASE}/releases")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    name = text.split("/")[5]
    await owner.do("POST", f"{AT}/releases", {"name": "Spring", "items": [{"id": name, "locale": "en"}]})


@write("POST", f"{_BASE}/releases/{{seq}}/undo")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    release = (await owner.do("POST", f"{text}/publish", {}))["release"]
    await house.begin()
    await owner.do("POST", f"{AT}/releases/{release}/undo")


@write("POST", f"{_BASE}/releases/{{seq}}/publish")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    release = (await owner.do("POST", f"{text}/publish", {"at": "2999-01-01T00:00:00Z"}))["release"]
    await house.begin()
    await owner.do("POST", f"{AT}/releases/{release}/publish")


@write("POST", f"{_BASE}/items/{{item}}/duplicate")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{of(text)}/duplicate", {"to": f"copy.{new_id()}"})


@write("POST", f"{_BASE}/items/{{item}}/rename")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{of(text)}/rename", {"to": f"other.{new_id()}"})


@write("POST", f"{_BASE}/items/{{item}}/archive")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{of(text)}/archive")


@write("POST", f"{_BASE}/archive")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("POST", f"{AT}/archive", {"items": [of(text).rpartition("/")[2]]})


@write("POST", f"{_BASE}/items/{{item}}/unarchive")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await owner.do("POST", f"{of(text)}/archive")
    await house.begin()
    await owner.do("POST", f"{of(text)}/unarchive")


@write("DELETE", f"{_BASE}/items/{{item}}")
async def _(house: House, owner: Someone) -> None:
    text = await item(owner)
    await house.begin()
    await owner.do("DELETE", of(text))


@write("PUT", f"{_BASE}/wording/{{locale}}")
async def _(house: House, owner: Someone) -> None:
    await house.begin()
    await owner.do("PUT", f"{AT}/wording/en", {"forbidden": ["cheap"], "instead": []})
