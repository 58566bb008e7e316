"""Meters: what they count, how many there can be, and what is left of a worker that was killed."""

import math
import mmap
import os
import subprocess
import sys
import threading

import pytest

from gutenbot.kernel.meters import OTHER, Meters, WrongMeter
from gutenbot.kernel.slices import PRIVATE_BYTES, SLICE_BYTES, WORKERS, Slice, private, series, shared


def values(one: Slice) -> dict[tuple[str, tuple[str, ...]], list[float]]:
    """(meter, labels) → cells."""
    return {(meter.name, labels): cells for meter, labels, cells in series(one)}


def test_a_counter_counts_by_its_labels() -> None:
    meters = Meters()
    turns = meters.counter("turns_total", "Turns.", ("bot",))
    turns.add("echo")
    turns.add("echo", by=2)
    turns.add("shop")
    assert values(meters.place) == {("turns_total", ("echo",)): [3.0], ("turns_total", ("shop",)): [1.0]}


def test_a_histogram_puts_a_value_into_the_first_bucket_that_holds_it() -> None:
    took = Meters().histogram("took_seconds", "Time.", bounds=(1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.0, 99.0):
        took.observe(value)
    (cells,) = values(took._place).values()
    assert cells == [2.0, 2.0, 1.0, 104.0], "up to 1, up to 2, above; their sum"
    assert took.count() == 5


def test_threads_that_count_at_the_same_time_lose_nothing() -> None:
    meters = Meters()
    counter, histogram = meters.counter("c_total", "", ("a",)), meters.histogram("h", "")
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:

        def work() -> None:
            for _ in range(40_000):
                counter.add("x")
                histogram.observe(0.003)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert counter.value("x") == 160_000
    assert histogram.count() == 160_000


def test_inp_14_ten_thousand_label_values_take_the_memory_of_a_few() -> None:
    meters = Meters()
    events = meters.counter("events_total", "", ("kind",), most=50)
    for number in range(10_000):
        events.add(f"kind-{number}")
    assert events.series <= 51
    found = values(meters.place)
    assert found["events_total", (OTHER,)] == [10_000 - 50]
    assert sum(cells[0] for cells in found.values()) == 10_000, "everything is counted"


def test_inp_14_meters_beyond_their_memory_are_counted_nowhere_and_hurt_nobody() -> None:
    meters = Meters()
    kept = meters.counter("kept_total", "")
    kept.add()
    for number in range(400):
        many = meters.histogram(f"many_{number}", "", ("x",), bounds=tuple(range(1, 60)))
        for label in range(20):
            many.observe(1.5, str(label))
    kept.add()
    found = values(meters.place)
    assert found["kept_total", ()] == [2.0]
    assert len(found) * 61 * 8 < PRIVATE_BYTES


def test_the_same_name_with_other_labels_is_refused() -> None:
    meters = Meters()
    meters.counter("turns_total", "", ("bot",))
    assert meters.counter("turns_total", "", ("bot",)) is meters.find("turns_total")
    with pytest.raises(WrongMeter, match="other labels"):
        meters.counter("turns_total", "", ("channel",))
    with pytest.raises(WrongMeter, match="labels"):
        meters.counter("turns_total", "", ("bot",)).add("a", "b")
    with pytest.raises(WrongMeter, match="bounds"):
        meters.histogram("h", "", bounds=(2.0, 1.0))


CHILD = """
import os, signal, sys
from gutenbot.kernel.meters import Meters
from gutenbot.kernel.slices import shared
meters = Meters(*shared(os.environ))
meters.counter("turns_total", "Turns.", ("bot",)).add("echo", by=float(sys.argv[1]))
meters.gauge("open", "Open.").set(7)
meters.place.beat(12.5)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="memory without a file is a Linux thing")
def test_what_a_killed_worker_counted_is_there_and_the_next_one_counts_on() -> None:
    file = os.memfd_create("meters")
    os.ftruncate(file, 2 * SLICE_BYTES)
    os.set_inheritable(file, True)
    for number in ("3", "4"):
        environ = {**os.environ, WORKERS: f"{file}:1:2"}
        child = subprocess.run([sys.executable, "-c", CHILD, number], env=environ, pass_fds=[file], check=False)
        assert child.returncode < 0
    found = shared({WORKERS: f"{file}:0:2"})
    assert found is not None
    own, slices = found
    assert slices[0] is own
    assert values(slices[1]) == {("turns_total", ("echo",)): [7.0], ("open", ()): [7.0]}
    assert slices[1].beaten == 12.5
    os.close(file)


def test_a_worker_that_takes_the_place_of_another_forgets_its_gauges_and_heartbeat() -> None:
    memory = memoryview(mmap.mmap(-1, SLICE_BYTES))
    before = Meters(Slice(memory))
    before.gauge("open", "Open.").set(7)
    before.counter("turns_total", "Turns.").add()
    before.place.beat(5.0)
    after = Meters(Slice(memory))
    assert after.place.beaten == 0
    assert math.isnan(after.gauge("open", "Open.").value())
    assert after.counter("turns_total", "Turns.").value() == 1


def test_a_meter_that_changed_between_two_processes_begins_anew() -> None:
    memory = memoryview(mmap.mmap(-1, SLICE_BYTES))
    Meters(Slice(memory)).histogram("took", "", bounds=(1.0, 2.0)).observe(1.5)
    after = Meters(Slice(memory))
    after.histogram("took", "", bounds=(1.0, 2.0, 3.0)).observe(2.5)
    assert values(after.place) == {("took", ()): [0.0, 0.0, 1.0, 0.0, 2.5]}


def test_without_a_parent_the_memory_is_its_own() -> None:
    assert shared({}) is None
    assert shared({WORKERS: "nonsense"}) is None
    assert shared({WORKERS: "999:0:1"}) is None
    assert values(private()) == {}
