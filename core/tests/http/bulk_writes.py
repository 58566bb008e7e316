"""Calls that succeed for the routes which change many things at once."""

from core.tests.http.house import House, Someone
from core.tests.http.writes import write

from gutenbot.kernel.ids import user_id

ANN = user_id("echo", "api", "ann")


@write("POST", "/bots/{bot}/users/tags")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/bots/echo/users/tags", {"tag": "vip", "people": [{"user": ANN, "value": ""}]})


@write("POST", "/bots/{bot}/users/tags/matching")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/bots/echo/users/tags/matching", {"name": "vip", "q": "nobody"})


@write("POST", "/bots/{bot}/dead-letters/discard")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/bots/echo/dead-letters/discard", {"seqs": [1]})


@write("POST", "/bots/{bot}/dead-letters/restore")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/bots/echo/dead-letters/restore", {"seqs": [1]})


@write("POST", "/bots/{bot}/dead-letters/discard-all")
async def _(house: House, owner: Someone) -> None:
    await owner.do("POST", "/bots/echo/dead-letters/discard-all", {"q": "nothing like it"})
