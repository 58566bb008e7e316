"""What bots and other modules ask."""

import pytest

from gutenbot.testing import TestBot
from gutenbot_subscriptions.desk import desk_of
from gutenbot_subscriptions.errors import UnknownCategory, UnknownPerson


async def test_people_are_put_in_and_taken_out_once_and_listed_page_by_page(testbot: TestBot) -> None:
    service = desk_of(testbot.app)
    people = [testbot.user(f"p{number}") for number in range(7)]
    for one in people:
        await one.says("hello")
        assert await service.subscribe("harbour", "tides", one.id)
        assert not await service.subscribe("harbour", "tides", one.id)
    assert await service.count("harbour", "tides") == 7
    found: list[str] = []
    while page := await service.subscribers("harbour", "tides", after=found[-1] if found else "", limit=3):
        found += page
    assert found == sorted(one.id for one in people)
    assert await service.unsubscribe("harbour", "tides", people[0].id)
    assert not await service.unsubscribe("harbour", "tides", people[0].id)
    assert await service.subscriptions("harbour", people[0].id) == []
    assert await service.subscriptions("harbour", people[1].id) == ["tides"]


async def test_who_or_what_is_not_there_is_told(testbot: TestBot) -> None:
    service = desk_of(testbot.app)
    with pytest.raises(UnknownPerson):
        await service.subscribe("harbour", "tides", "nobody")
    with pytest.raises(UnknownCategory):
        await service.is_subscribed("harbour", "trains", "nobody")
    with pytest.raises(UnknownCategory):
        await service.subscribers("elsewhere", "tides")
