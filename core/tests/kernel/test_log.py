"""What the log costs, and that it costs nobody else anything."""

import subprocess
import sys

import pytest


def loaded(code: str) -> set[str]:
    """The modules that a fresh Python has after running this."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True).stdout.split()
    )


def test_logging_does_not_load_what_colours_tracebacks() -> None:
    assert not {name for name in loaded("import gutenbot.kernel.log") if name.partition(".")[0] in ("rich", "pygments")}


@pytest.mark.parametrize(
    "order", ["import gutenbot.kernel.log, rich.console", "import rich.console, gutenbot.kernel.log"]
)
def test_others_can_use_rich_all_the_same(order: str) -> None:
    assert "rich.console" in loaded(order)


@pytest.mark.parametrize("json", [True, False])
def test_an_exception_is_written_with_its_traceback(json: bool) -> None:
    code = (
        f"from gutenbot.kernel.log import configure, get_logger\nconfigure(json={json})\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    get_logger('x').exception('it.failed', a=1)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stderr
    assert "it.failed" in told
    assert "ZeroDivisionError: division by zero" in told
    assert "Traceback" in told
