"""How long a silent process keeps what it holds, when PostgreSQL is shared."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gutenbot.app.database import database_of, make_storage
from gutenbot.app.settings import Settings
from gutenbot.kernel.clock import SystemClock
from gutenbot.storage.postgres import PostgresStorage


def test_the_lease_of_the_settings_is_that_of_the_storage(tmp_path: Path) -> None:
    settings = Settings.model_validate({"database_url": "postgresql://localhost/none", "lease_s": 7.5})
    storage = make_storage(database_of(tmp_path, settings), SystemClock())
    assert isinstance(storage, PostgresStorage)
    assert storage._limits.lease_s == 7.5


def test_a_lease_too_short_to_send_anything_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than or equal to 5"):
        Settings.model_validate({"lease_s": 2.0})
