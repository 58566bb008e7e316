"""The file of a backup: how its members are written."""

import random
import zipfile
from pathlib import Path

from core.tests.storage.copies.kit import CLOCK, PRODUCT

from gutenbot.storage.copies.archive import Manifest, Reader, Writer


def test_what_cannot_be_compressed_is_stored_as_it_is_and_the_rest_is_compressed(tmp_path: Path) -> None:
    chance = random.Random(1)
    films, words = [(k, chance.randbytes(100_000)) for k in range(12)], [(k, "hello " * 20_000) for k in range(12)]
    with Writer(tmp_path / "b.zip") as writer:
        entries = [
            writer.add(name, "core", ["k", "v"], rows) for name, rows in (("film", films), ("word", words), ("no", []))
        ]
        made = CLOCK.now()
        writer.finish(Manifest(product=PRODUCT, engine="sqlite", created=made, revisions={}, tables=entries))
    members = {one.filename: one for one in zipfile.ZipFile(tmp_path / "b.zip").infolist()}
    assert members["tables/film.rows"].compress_type == zipfile.ZIP_STORED
    assert members["tables/word.rows"].compress_size * 20 < members["tables/word.rows"].file_size
    reader = Reader(tmp_path / "b.zip")
    assert [tuple(row) for row in reader.check(entries[0], reader.rows(entries[0]))] == films
    assert [tuple(row) for row in reader.check(entries[1], reader.rows(entries[1]))] == words
    assert list(reader.rows(entries[2])) == []
    reader.close()
