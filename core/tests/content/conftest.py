"""Fixtures for the tests of content."""

from pathlib import Path

import pytest
from core.tests.content.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty shelf, in English."""
    return Shelf(tmp_path / "content")
