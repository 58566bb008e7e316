"""Wheels that are damaged or odd, and names of indexes that lead elsewhere: refused in words, and nothing is left (MOD-11)."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from core.tests.app.wheels import packed, wheel

from gutenbot.modules.packages import Package, Packages
from gutenbot.modules.sources.simple import candidates, parse
from gutenbot.modules.store import Store
from gutenbot.modules.wheels import BadPackage


def take(folder: Path, data: bytes, name: str = "gb_shouter-1.0-py3-none-any.whl") -> Package:
    return Packages(Store(folder), lambda: "one").take(name, data)


def locked() -> bytes:
    """A wheel whose files say that they have a password."""
    data = bytearray(wheel()[1])
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def damaged() -> bytes:
    """A wheel whose packed bytes are no longer what was packed."""
    data = bytearray(wheel()[1])
    end = data.find(b"PK\x03\x04", 4)
    data[60 : end - 4] = b"\xff" * (end - 64)
    return bytes(data)


def edited(ending: str, edit: Callable[[bytes], bytes]) -> bytes:
    """A wheel in which a file is another, whatever the list of hashes says."""
    with zipfile.ZipFile(io.BytesIO(wheel()[1])) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    return packed({name: edit(data) if name.endswith(ending) else data for name, data in contents.items()})


ODD: dict[str, Callable[[], bytes]] = {
    "with a password": locked,
    "with damaged bytes": damaged,
    "with a list that is none": lambda: edited("/RECORD", lambda data: data + b'"a",\r"c"\n'),
    "with a list of huge words": lambda: edited("/RECORD", lambda data: data + b'"' + b"x" * 300_000 + b'",\n'),
}


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("bundled", [False, True], ids=["alone", "bundled"])
def test_mod_11_a_wheel_that_cannot_be_read_is_refused(tmp_path: Path, what: str, bundled: bool) -> None:
    data, name = ODD[what](), "gb_shouter-1.0-py3-none-any.whl"
    with pytest.raises(BadPackage, match="no whole wheel"):
        take(tmp_path, packed({name: data}) if bundled else data, "all.zip" if bundled else name)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == []


def test_mod_11_a_bundle_with_a_password_is_refused(tmp_path: Path) -> None:
    data = bytearray(packed({"a.whl": b"x"}))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadPackage, match="neither a wheel nor a zip"):
        take(tmp_path, bytes(data), "all.zip")


@pytest.mark.parametrize("wanted", ["three", ">=3, or more"])
def test_a_wheel_for_a_python_that_nobody_can_read_is_not_installed(tmp_path: Path, wanted: str) -> None:
    found = take(tmp_path, wheel(headers=f"Requires-Python: {wanted}\n")[1])
    assert [one.split(";")[0] for one in found.obstacles] == [f"It is for Python {wanted}"]


def test_a_requirement_under_a_condition_that_says_nothing_is_one(tmp_path: Path) -> None:
    found = take(tmp_path, wheel(headers='Requires-Dist: elsewhere; python_version ~= "a"\n')[1])
    assert list(found.missing) == ["elsewhere"]


@pytest.mark.parametrize("build", ["1/../../evil", "1\\..\\evil", "1\0"])
def test_mod_13_a_name_of_an_index_that_leads_elsewhere_is_no_wheel(build: str) -> None:
    names = [f"x-1.0-{build}-py3-none-any.whl", "x-1.0-py3-none-any.whl"]
    page = json.dumps({"files": [{"filename": name, "url": "file:/etc/x"} for name in names]})
    found = candidates(parse(page, "application/json", "https://index.example/x/"), "x", "3.13.1")
    assert [(one.file.name, one.file.local) for one in found] == [(names[1], False)]
