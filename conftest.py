"""For all tests of the repository: none may leave the process otherwise than it found it."""

import locale
from collections.abc import Generator
from pathlib import Path

import pytest


def _process() -> dict[str, str]:
    return {"locale": locale.setlocale(locale.LC_ALL), "working folder": str(Path.cwd())}


@pytest.fixture(autouse=True)
def process_as_it_was() -> Generator[None]:
    """Fails the test that changed what all later tests of this process would see."""
    before = _process()
    yield
    assert _process() == before
