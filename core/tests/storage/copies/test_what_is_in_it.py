"""What comes along in a backup, and what stays apart from it."""

import base64
import shutil
from pathlib import Path

import pytest
from core.tests.storage.copies.kit import CLOCK, PRODUCT, ask

from gutenbot.kernel.sealing import FILE, Keyring, SealBroken
from gutenbot.storage.copies.backup import backup
from gutenbot.storage.copies.restore import restore
from gutenbot.storage.migrate import History


def test_bak_04_media_come_along_and_the_key_of_secrets_does_not(
    database: Path, histories: list[History], tmp_path: Path
) -> None:
    ring, place = Keyring(database.parent), ("modules.shop", "api_key")
    sealed, key_id = ring.seal("hush", place)
    ask(database, f"INSERT INTO kv (scope, key, value) VALUES ('test', 'sealed', json_quote('{sealed}'))")
    backup(database, tmp_path / "b.zip", histories, product=PRODUCT, clock=CLOCK)
    target = tmp_path / "other" / "gutenbot.db"
    restore(tmp_path / "b.zip", target, histories, clock=CLOCK)
    assert ask(target, "SELECT hex(data) FROM blob") == ask(database, "SELECT hex(data) FROM blob") != []
    key = base64.b64decode((database.parent / FILE).read_text())
    assert key not in target.read_bytes()
    assert not (target.parent / FILE).exists()
    ((kept,),) = ask(target, "SELECT value ->> '$' FROM kv WHERE scope = 'test'")
    assert kept == sealed
    with pytest.raises(SealBroken, match="sealed with another key"):
        Keyring(target.parent).open(sealed, key_id, place)
    shutil.copy2(database.parent / FILE, target.parent / FILE)
    assert Keyring(target.parent).open(sealed, key_id, place) == "hush"
