"""A module that reaches into Python, into Gutenbot or into the process at its import is refused, and what it did is undone."""

import json
import locale
import signal
import socket
import sys
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from core.tests.app.test_installing import install
from core.tests.app.wheels import CODE
from core.tests.http.house import Someone
from core.tests.http.served import Served, serving

from gutenbot.app.app import App
from gutenbot.app.installing import forget_code
from gutenbot.modules.load import discover
from gutenbot.modules.store import Store
from gutenbot.modules.tampering import Guard, Tampering


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        one.app.installing.use(Store(tmp_path))
        yield one
    forget_code(tmp_path)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(tmp_path))]


@pytest.fixture
def plain_locale() -> Generator[None]:
    """The C locale, so that any other is a change; afterwards the one that the tests run in."""
    own = locale.setlocale(locale.LC_ALL)
    locale.setlocale(locale.LC_ALL, "C")
    yield
    locale.setlocale(locale.LC_ALL, own)


TRICKS = {
    "json.dumps": "import json\njson.dumps = lambda *_, **__: 'mine'\n",
    "gutenbot.app.app.App.take_out": "from gutenbot.app.app import App\nApp.take_out = lambda *_: None\n",
    "gutenbot.app.installing.forget_code": "import gutenbot.app.installing as one\none.forget_code = print\n",
    "socket.socket.connect": "import socket\nsocket.socket.connect = lambda *_: None\n",
    "the working folder": "import os\nos.chdir('/')\n",
    "the locale": "import locale\nlocale.setlocale(locale.LC_ALL, 'C.UTF-8')\n",
}


@pytest.mark.usefixtures("plain_locale")
@pytest.mark.parametrize("what", TRICKS)
async def test_mod_06_what_a_module_replaces_is_seen_undone_and_told(served: Served, what: str) -> None:
    before = (socket.socket.connect, json.dumps, App.take_out, forget_code, Path.cwd(), locale.setlocale(locale.LC_ALL))
    went = await install(served, code=TRICKS[what] + CODE)
    assert (went["ok"], went["failed"]) == (False, "load")
    assert what in went["reason"]
    assert (
        socket.socket.connect,
        json.dumps,
        App.take_out,
        forget_code,
        Path.cwd(),
        locale.setlocale(locale.LC_ALL),
    ) == before
    assert await served.texts({"text": "hi"}) == ["hi"]
    assert "shouter" not in [one["name"] for one in await Someone(served.client).get("/modules")]


async def test_mod_06_one_that_ends_the_process_is_refused(served: Served) -> None:
    went = await install(served, code="import sys\nsys.exit(3)\n")
    assert (went["ok"], went["failed"], went["reason"]) == (False, "load", "SystemExit: 3")
    assert await served.texts({"text": "hi"}) == ["hi"]


def test_mod_06_signal_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    guard = Guard()
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    with pytest.raises(Tampering, match="signal handlers"):
        guard.check("bad")
    assert signal.getsignal(signal.SIGUSR1) == before
    guard.check("good")


def test_mod_06_what_looks_the_same_or_comes_later_is_seen_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Equal:
        """To be the same is not to be equal."""

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = object.__hash__

        def __call__(self) -> None:
            """Could be called."""

    guard, own = Guard(), json.dumps
    monkeypatch.setattr(json, "new_thing", print, raising=False)  # what is added is fine
    assert guard.changed() == []
    monkeypatch.setattr(json, "dumps", Equal())
    assert guard.changed() == ["json.dumps"]
    assert (json.dumps is own, guard.changed()) == (True, [])


def test_what_is_installed_here_changes_nothing_of_others() -> None:
    here = Path.cwd()
    assert [(one.name, one.error) for one in discover() if one.error] == []
    assert Path.cwd() == here
