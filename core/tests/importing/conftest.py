"""Fixtures for the tests of the importer."""

from pathlib import Path

import pytest
from core.tests.importing.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty desk."""
    return Desk(tmp_path)
