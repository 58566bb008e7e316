"""INP-11, INP-12: hostile archives are refused before anything of them is used, and honest ones are read in memory alone."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from core.tests.importing.desk import Desk

from gutenbot.importing import limits
from gutenbot.importing.errors import ArchiveRefused, NothingToImport, Unreadable

HELLO = b"x: hello"
Change = Callable[[tarfile.TarInfo], None]


def tar(*names: str, kind: bytes = tarfile.REGTYPE, data: bytes = HELLO, link: str = "") -> bytes:
    """A packed archive with one member per name."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, link
            member.size = len(data) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(data) if member.size else None)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    """A zip of files; `/` is written as two underscores."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def refused(desk: Desk, name: str, data: bytes) -> str:
    """Why an archive is refused; nothing of it is left anywhere."""
    desk.write(name, data)
    before = sorted(desk.folder.parent.rglob("*"))
    with pytest.raises(ArchiveRefused) as caught:
        desk.read(desk.old / name)
    assert sorted(desk.folder.parent.rglob("*")) == before
    return str(caught.value)


@pytest.mark.parametrize("name", ["bot.tgz", "bot.tar.gz"])
def test_an_honest_archive_is_read_with_or_without_a_folder_around_it(desk: Desk, name: str) -> None:
    for inner in ("content.yml", "./content.yml", "my-bot/content.yml"):
        desk.write(name, tar(inner)).read(desk.old / name)
        assert desk.words() == ["hello"]
    desk.write("bot.zip", zipped(bot__content_dot_yml=HELLO)).read(desk.old / "bot.zip")
    assert desk.words() == ["hello"]


@pytest.mark.parametrize(
    "name",
    [
        "../content.yml",
        "a/../../content.yml",
        "/etc/content.yml",
        "..\\content.yml",
        "C:\\content.yml",
        "C:content.yml",
        "a\0b.yml",
    ],
)
def test_inp_11_a_name_that_leads_out_refuses_the_archive(desk: Desk, name: str) -> None:
    if "\0" not in name:
        assert "name" in refused(desk, "bot.tgz", tar("content.yml", name))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            member = zipfile.ZipInfo("x")
            member.filename = name
            archive.writestr(member, HELLO)
        assert "name" in refused(desk, "bot.zip", out.getvalue())


@pytest.mark.parametrize(
    "name", ["con.yml", "a/NUL", "lpt1.json", "a/aux.txt", "end. ", "a/b.", "x:y.yml", "a//b.yml", "tab\there.yml"]
)
def test_inp_11_a_name_that_cannot_be_a_file_everywhere_refuses_the_archive(desk: Desk, name: str) -> None:
    assert "name" in refused(desk, "bot.tgz", tar("content.yml", name))


@pytest.mark.parametrize(
    "twins", [("a.yml", "A.yml"), ("é.yml", "e\u0301.yml"), ("a.yml", "a.yml"), ("straße.yml", "STRASSE.yml")]
)
def test_inp_11_twins_refuse_the_archive(desk: Desk, twins: tuple[str, str]) -> None:
    assert "two" in refused(desk, "bot.tgz", tar(*twins))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_inp_11_links_devices_and_pipes_refuse_the_archive(desk: Desk, kind: bytes) -> None:
    assert "it has a " in refused(desk, "bot.tgz", tar("content.yml", kind=kind, link="/etc/passwd"))


def test_inp_11_links_and_passwords_in_a_zip_refuse_it(desk: Desk) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo("content.yml")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    assert "link" in refused(desk, "bot.zip", out.getvalue())


def test_inp_11_a_bomb_refuses_the_archive(desk: Desk) -> None:
    assert "unpacks" in refused(desk, "bot.tgz", tar(*(f"{n}.yml" for n in range(12)), data=b"\0" * 9_000_000))
    assert "times its size" in refused(desk, "bot.zip", zipped(a=b"\0" * 19_000_000))
    assert "larger" in refused(desk, "bot.zip", zipped(a=b"\0" * (limits.MAX_FILE + 1)))


def test_inp_11_a_bomb_in_a_header_stops_before_it_is_read(desk: Desk) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("PaxHeader")
        member.type, member.size = tarfile.XHDTYPE, 60_000_000
        archive.fileobj.write(member.tobuf())
        archive.fileobj.write(b"\0" * member.size)
    assert "far more" in refused(desk, "bot.tgz", out.getvalue())


def test_inp_11_100_000_files_refuse_the_archive(desk: Desk) -> None:
    assert "10000 files" in refused(desk, "bot.tgz", tar(*(f"{n}" for n in range(limits.MAX_FILES + 1)), data=b""))


@pytest.mark.parametrize(
    "data",
    [b"", b"not an archive", tar("content.yml")[:60], b"PK\x03\x04 broken"],
    ids=["empty", "words", "cut", "broken"],
)
@pytest.mark.parametrize("name", ["bot.tgz", "bot.zip"])
def test_what_is_no_archive_is_named(desk: Desk, name: str, data: bytes) -> None:
    with pytest.raises((Unreadable, NothingToImport)):
        desk.write(name, data).read(desk.old / name)


def test_links_in_a_folder_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yml"
    secret.write_bytes(b"x: secret")
    desk.write("content/a.yml", "y: z")
    (desk.old / "content/b.yml").symlink_to(secret)
    desk.read()
    assert desk.where() == ["content/b.yml:1 file"]
    assert desk.words("a.y") == ["z"]


def test_inp_12_code_tags_and_pictures_with_code_are_left_out(desk: Desk) -> None:
    desk.write("content.yml", "x: a\ny: !!python/object/apply:os.system [echo]\n").write(
        "media/a.svg", "<svg onload='x'/>"
    )
    desk.write("index.js", "while (true) {}").read()
    assert [note.construct for note in desk.lost()] == ["bloc", "YAML", "code", "picture"]
    assert desk.imported.media == {}
