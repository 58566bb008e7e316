"""Fixtures of the HTTP tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from core.tests.http.served import Served, serving


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """The echo bot in development: no key is needed from this machine."""
    async with serving(tmp_path) as one:
        yield one


@pytest_asyncio.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Served]:
    """The echo bot as a server: every call needs a key."""
    async with serving(tmp_path, dev=False) as one:
        yield one
