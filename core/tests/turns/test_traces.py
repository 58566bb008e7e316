"""Traces: one for each event, whose spans find each other without being told; none where nobody wants them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pytest
from core.tests.http.served import echo_bot
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, get_current_span

from gutenbot import Bot, Chat
from gutenbot.app.app import App, Mode
from gutenbot.app.tracing import Tracer
from gutenbot.events.incoming import MessageEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.clock import SystemClock, to_ms
from gutenbot.kernel.ids import BotId, ChannelId, conversation_id
from gutenbot.modules.module import Module
from gutenbot.storage.rows import Arrival, Seq
from gutenbot.testing import FakeChannel
from gutenbot.testing.database import fresh_database, open_storage
from gutenbot.turns.spans import numbers_of

CID = conversation_id("echo", "net", "ann")


class Traced:
    """A bot on a network channel, whose spans are kept in memory."""

    def __init__(self, folder: Path, bot: Bot, *, share: float = 1.0) -> None:
        clock = SystemClock()
        self.kept = InMemorySpanExporter()
        self.tracer = Tracer(clock, share=share, processor=SimpleSpanProcessor(self.kept))
        self.channel = FakeChannel("net")
        module = Module("net")
        module.channel(lambda app: self.channel)
        mode = Mode(threaded=False, show_errors=False, timers=False, pace=False)
        storage = open_storage(fresh_database(folder), clock)
        self.app = App([module, bot], storage, clock=clock, mode=mode, tracing=self.tracer.spans)

    async def say(self, text: str, number: int = 1) -> Seq:
        """Hands a message in, and waits until all is quiet."""
        arrival = Arrival(
            bot_id=BotId("echo"), channel_id=ChannelId("net"), conversation_id=CID, thread="ann", sender="ann",
            external_id=f"m-{number}", event=MessageEvent(body=text), received_ms=to_ms(self.app.clock.now()),
        )  # fmt: skip
        (kept,) = await self.app.turns.accept([arrival])
        await self.app.turns.idle()
        return kept.seq

    def spans(self) -> dict[str, list[ReadableSpan]]:
        """Name → spans."""
        found: dict[str, list[ReadableSpan]] = {}
        for span in self.kept.get_finished_spans():
            found.setdefault(span.name.removeprefix("gutenbot."), []).append(span)
        return found

    async def __aenter__(self) -> Self:
        await self.app.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.app.stop()
        self.tracer.close()


def numbers(span: ReadableSpan) -> tuple[int, int]:
    context = span.get_span_context()
    assert context is not None
    return context.trace_id, context.span_id


def parents(spans: Sequence[ReadableSpan]) -> set[int]:
    return {span.parent.span_id if span.parent is not None else 0 for span in spans}


async def test_an_event_is_one_trace_from_its_arrival_to_its_send(tmp_path: Path) -> None:
    async with Traced(tmp_path, echo_bot()) as traced:
        seq = await traced.say("hello")
        found = traced.spans()
    (accept,), (turn,), (send,) = found["accept"], found["turn"], found["send"]
    assert numbers(accept) == numbers_of(CID, str(seq)), "every process knows these"
    assert accept.parent is None
    assert {span.get_span_context().trace_id for some in found.values() for span in some} == {numbers(accept)[0]}  # type: ignore[union-attr]
    assert parents([turn, send]) == {numbers(accept)[1]}
    parts = [span for name, some in found.items() if name.startswith(("stage.", "load", "commit")) for span in some]
    assert {span.name for span in parts} >= {"gutenbot.load", "gutenbot.stage.decide", "gutenbot.commit"}
    assert parents(parts) == {numbers(turn)[1]}
    assert (turn.attributes or {})["gutenbot.outcome"] == "done"
    assert (send.attributes or {})["gutenbot.outcome"] == "sent"
    assert all(span.start_time is not None and span.start_time <= (span.end_time or 0) for span in (accept, turn, send))


async def test_words_and_addresses_of_people_are_in_no_span(tmp_path: Path) -> None:
    async with Traced(tmp_path, echo_bot()) as traced:
        await traced.say("my secret word is xyzzy")
        text = " ".join(span.to_json() for span in traced.kept.get_finished_spans())
    assert "xyzzy" not in text
    assert '"ann"' not in text


async def test_steps_are_parts_of_their_turn_and_work_inside_of_it(tmp_path: Path) -> None:
    bot = Bot("echo")
    seen: list[Any] = []

    async def ask_elsewhere() -> str:
        seen.append(get_current_span().get_span_context())
        return "there"

    @bot.fallback
    async def answer(chat: Chat) -> None:
        await chat.say(await chat.step(ask_elsewhere))

    async with Traced(tmp_path, bot) as traced:
        await traced.say("hello")
        found = traced.spans()
    (turn,), (step,) = found["turn"], found["step"]
    assert parents([step]) == {numbers(turn)[1]}
    assert [(one.trace_id, one.span_id) for one in seen] == [numbers(turn)]
    assert not get_current_span().get_span_context().is_valid, "nothing is left behind"


async def test_each_attempt_is_a_span_and_a_failed_one_says_so(tmp_path: Path) -> None:
    bot = Bot("echo")
    tries: list[int] = []

    @bot.fallback
    async def fails_once(chat: Chat) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not now")
        await chat.say("done")

    async with Traced(tmp_path, bot) as traced:
        await traced.say("hello")
        turns = traced.spans()["turn"]
    assert [(one.attributes or {})["gutenbot.attempt"] for one in turns] == [1, 2]
    assert [(one.attributes or {})["gutenbot.outcome"] for one in turns] == ["retry", "done"]
    assert [one.status.status_code for one in turns] == [StatusCode.ERROR, StatusCode.UNSET]


async def test_a_part_of_the_traces_is_kept_as_a_whole(tmp_path: Path) -> None:
    async with Traced(tmp_path, echo_bot(), share=0.5) as traced:
        kept = [numbers_of(CID, str(await traced.say("hello", number)))[0] for number in range(40)]
        found = traced.spans()
    wanted = {one for one in kept if one & ((1 << 64) - 1) < 1 << 63}
    assert 5 < len(wanted) < 35
    for name in ("accept", "turn", "commit", "send"):
        assert {numbers(span)[0] for span in found[name]} == wanted, name


async def test_a_message_from_outside_a_turn_is_a_trace_of_its_own(tmp_path: Path) -> None:
    async with Traced(tmp_path, echo_bot()) as traced:
        await traced.say("hello")
        loaded = await traced.app.storage.load(CID)
        traced.kept.clear()
        await traced.app.send(BotId("echo"), loaded.user.user_id, TextMessage("news"), {}, "news-1")
        await asyncio.sleep(0)  # the loop is told of it
        await traced.app.turns.idle()
        (send,) = traced.spans()["send"]
    assert numbers(send)[0] == numbers_of(CID, "send:news-1")[0]


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from gutenbot.app.tracing import TracingMissing, exporting

    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(TracingMissing, match=r"gutenbot\[otel\]"):
        exporting("http://127.0.0.1:4318", SystemClock())


async def test_an_event_is_linked_with_the_request_that_brought_it(tmp_path: Path) -> None:
    async with Traced(tmp_path, echo_bot()) as traced:
        parent = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        with traced.tracer.spans.caller([(b"traceparent", parent), (b"cookie", b"x")]):
            await traced.say("hello")
        await traced.say("again", 2)
        first, second = traced.spans()["accept"]
    assert [f"{link.context.trace_id:032x}" for link in first.links] == [parent.decode()[3:35]]
    assert not second.links
