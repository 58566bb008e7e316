"""Who wants the tide gets it once each morning, and nobody else does."""

from gutenbot.testing import TestBot
from gutenbot_notes import Notes
from gutenbot_subscriptions import Subscriptions


def service(testbot: TestBot) -> Subscriptions:
    found: Subscriptions = testbot.app.services.get(Subscriptions)  # type: ignore[type-abstract]
    return found


async def test_the_tide_is_told_every_morning_to_those_who_want_it(testbot: TestBot) -> None:
    ann, ben, zoe = testbot.user("Ann"), testbot.user("Ben"), testbot.user("Zoé", locale="fr")
    await ann.says("tides please")
    await ben.says("warn me")
    await zoe.says("MARÉES")
    await testbot.advance(hours=24)
    ann.sees("High water at")
    zoe.sees("Pleine mer à")
    ben.sees_nothing()
    await testbot.restart()
    await testbot.advance(hours=1)
    ann.sees_nothing()
    await ann.says("no more tides")
    await testbot.advance(hours=24)
    ann.sees_nothing()


async def test_who_wants_what_is_counted(testbot: TestBot) -> None:
    for name in ("Ann", "Ben", "Cem"):
        await testbot.user(name).says("tides please")
    await testbot.user("Ben").says("warn me")
    counts = [await service(testbot).count("harbour", one) for one in ("tides", "storms")]
    assert counts == [3, 1]


async def test_a_wish_for_a_berth_is_a_note_for_the_harbour_master(testbot: TestBot) -> None:
    ann = testbot.user("Ann")
    await ann.says("berth")
    await ann.says("9")
    notes: Notes = testbot.app.services.get(Notes)  # type: ignore[type-abstract]
    assert [note.text for note in await notes.notes("harbour", ann.id)] == ["Wants a berth for 9 m."]
