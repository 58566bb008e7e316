"""Time, randomness and ids come from the kernel and are handed in, so that tests and replays can decide them."""

from tests.architecture.source import calls, product_sources

KERNEL = "core/src/gutenbot/kernel/"
FORBIDDEN = (
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
)
FORBIDDEN_MODULES = ("random", "uuid", "secrets")
FAKES = "core/src/gutenbot/testing/"


def test_only_the_kernel_asks_for_time_chance_and_ids() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path in product_sources()
        if not path.startswith((KERNEL, FAKES))
        for line, name in calls(path)
        if name.startswith(FORBIDDEN) or (name.split(".")[0] in FORBIDDEN_MODULES and name not in ALLOWED)
    ]
    assert found == []


ALLOWED = ("random.Random", "uuid.UUID", "secrets.compare_digest")
"""Made from a given seed or value; a comparison."""
