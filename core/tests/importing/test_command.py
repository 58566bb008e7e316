"""`gutenbot import botpress`: a bot that talks, an import into a bot that is there, and what is left when the machine stops."""

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core.tests.importing.test_archives import tar
from core.tests.importing.test_blocs import HELLO

from gutenbot.cli.root import run
from gutenbot.importing import limits
from gutenbot.modules.bot import Bot
from gutenbot.testing import TestBot
from gutenbot.testing.find import load_bot

QNAS = [
    {
        "id": "hours",
        "data": {"questions": {"en": ["When do you open?"]}, "answers": {"en": ["At nine: always"]}, "enabled": True},
    }
]


@pytest.fixture(autouse=True)
def _old_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old/qna").mkdir(parents=True)
    Path("old/content.yml").write_text(HELLO + "stop: Bye, {{user.first_name}}\n", "utf-8")
    Path("old/qna/hours.json").write_text(json.dumps(QNAS), "utf-8")


def imported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and output."""
    code = run(["import", "botpress", *arguments])
    found = capsys.readouterr()
    return code, found.out + found.err


def bot(folder: str) -> Bot:
    """The bot in a folder."""
    return load_bot(Path(folder, "bot.py").resolve())


def table(folder: str) -> dict[str, Any]:
    """What the code of an imported bot looks into."""
    found: dict[str, Any] = json.loads(Path(folder, "content/botpress/imported.json").read_text("utf-8"))
    return found


def left(folder: str = ".") -> list[str]:
    """Everything in a folder, hidden or not."""
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if "__pycache__" not in path.parts)


async def test_an_imported_bot_talks(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = imported(capsys, "old", "shop")
    assert code == 0
    assert "cd shop && gutenbot dev" in out
    async with TestBot(bot("shop")) as testbot:
        ann = testbot.user("{{7*7}}")
        await ann.says("hi")
        ann.sees("I am only an example")
        await ann.says("when do you open")
        ann.sees("At nine: always")
        await ann.says("say stop")
        ann.sees("Bye, {{7*7}}")
        await testbot.restart()
        await ann.says("what about the weather?")
        ann.sees("I have no answer to that yet.")
        await ann.says("#goodbye")
        ann.sees("Come back soon!")


async def test_every_item_of_an_imported_bot_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(capsys, "old", "shop")[0] == 0
    items = table("shop")["items"]
    assert items == ["welcome", "goodbye", "stop", "qna.hours"]
    async with TestBot(bot("shop")) as testbot:
        ann = testbot.user("Ann")
        for item, words in zip(
            items, ["Say goodbye now", "Come back soon!", "Bye, Ann", "At nine: always"], strict=True
        ):
            await ann.says(f"say {item}")
            ann.sees(words)


def test_the_report_has_every_construct_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old/content.yml").write_text("x:\n  - {text: a, foo: b}\n", "utf-8")
    assert imported(capsys, "old", "shop", "--dry-run", "--report", "report.json")[0] == 0
    assert left() == ["old", "old/content.yml", "old/qna", "old/qna/hours.json", "report.json"]
    found = json.loads(Path("report.json").read_text("utf-8"))
    assert (found["items"], found["questions"], found["counts"]["lost"]) == (2, 1, 1)
    (lost,) = [note for note in found["notes"] if note["outcome"] == "lost"]
    assert (lost["file"], lost["line"], lost["construct"]) == ("content.yml", 2, "`foo`")
    assert {note["construct"] for note in found["notes"] if note["outcome"] == "carried"} == {"message", "question"}


def test_nothing_that_exists_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop").mkdir()
    Path("shop/mine").write_text("mine", "utf-8")
    code, out = imported(capsys, "old", "shop")
    assert (code, left("shop")) == (1, ["mine"])
    assert "already" in out


def test_into_a_bot_that_is_there_it_adds_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "bot", "mine"]) == 0
    Path("mine/content/bot.yaml").write_text(
        "welcome: My own\nask_name: a\nnice_to_meet_you: b\nnot_understood: c\n", "utf-8"
    )
    before = left("mine")
    code, out = imported(capsys, "old", "--into", "mine")
    assert (code, left("mine")) == (1, before)
    assert "`welcome`" in out
    assert imported(capsys, "old", "--into", "mine", "--keep-mine")[0] == 0
    assert sorted(set(left("mine")) - set(before)) == [
        "content/botpress",
        "content/botpress/imported.json",
        "content/botpress/items.yaml",
    ]
    assert "welcome:" not in Path("mine/content/botpress/items.yaml").read_text("utf-8")
    assert imported(capsys, "old", "--into", "mine", "--prefix", "old.")[0] == 0
    assert "old.welcome:" in Path("mine/content/botpress-2/items.yaml").read_text("utf-8")


def test_what_has_nothing_to_import_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    code, out = imported(capsys, "empty", "shop")
    assert (code, Path("shop").exists()) == (1, False)
    assert "nothing of Botpress" in out


def bomb(name: str, size: int, *, packed: bool = True) -> bytes:
    """An archive with one file of zeros."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz" if packed else "w") as archive:
        member = tarfile.TarInfo(name)
        member.size = size
        archive.addfile(member, io.BytesIO(b"\0" * size))
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "symlink": (lambda: tar("content.yml", kind=tarfile.SYMTYPE, link="/etc/passwd"), "it has a link"),
    "hard link": (lambda: tar("content.yml", kind=tarfile.LNKTYPE, link="../bot.py"), "it has a link"),
    "absolute path": (lambda: tar("content.yml", "/tmp/out/content.yml"), "a name leads out of the folder"),
    "dots": (lambda: tar("content.yml", "bot/../../out/content.yml"), "a name leads out of the folder"),
    "device": (lambda: tar("content.yml", kind=tarfile.CHRTYPE), "it has a device"),
    "pipe": (lambda: tar("content.yml", kind=tarfile.FIFOTYPE), "it has a pipe"),
    "ratio": (lambda: bomb("content.yml", 15_000_000), "times its size"),
    "count": (lambda: tar(*(f"{n}.yml" for n in range(limits.MAX_FILES + 1)), data=b""), "10000 files"),
    "size of a file": (lambda: bomb("content.yml", limits.MAX_FILE + 1, packed=False), "a file is larger than 20 MB"),
    "size of all": (lambda: tar(*"abcdef", data=os.urandom(600_000)), "it unpacks to more than 3 MB"),
}  # fmt: skip
"""What is wrong with an archive → the archive, and what is said of it."""


@pytest.mark.parametrize("kind", HOSTILE)
def test_inp_11_a_hostile_archive_is_refused_with_the_reason_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    make, reason = HOSTILE[kind]
    if kind == "size of all":
        monkeypatch.setattr(limits, "MAX_BYTES", 3_000_000)
    Path("evil.tgz").write_bytes(make())
    before = left("..")
    code, out = imported(capsys, "evil.tgz", "shop")
    assert code == 1
    assert reason in " ".join(out.split()), out
    assert "evil.tgz" in out
    assert left("..") == before


def test_inp_11_an_archive_within_an_archive_is_not_unpacked(capsys: pytest.CaptureFixture[str]) -> None:
    inner = bomb("content.yml", 30_000_000)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in (("content.yml", b"x: hello"), ("more.tgz", inner), ("qna/deep.zip", inner)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    Path("nested.tgz").write_bytes(out.getvalue())
    code, said = imported(capsys, "nested.tgz", "shop")
    assert code == 0
    assert "more.tgz" in said
    assert "qna/deep.zip" in said
    assert not [name for name in left("shop") if name.endswith((".tgz", ".zip", ".yml"))]


KILLED = """
import os, signal, sys
from pathlib import Path
from gutenbot.cli.root import run
calls, at = 0, int(sys.argv[1])
def counted(function):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call
os.fsync = counted(os.fsync)
Path.rename = counted(Path.rename)
Path.mkdir = counted(Path.mkdir)
sys.exit(run(["import", "botpress", "old", *sys.argv[2:]]))
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
@pytest.mark.parametrize("target", ["shop", "mine"])
def test_cra_15_a_kill_during_an_import_leaves_the_old_or_the_new_never_half(
    capsys: pytest.CaptureFixture[str], target: str
) -> None:
    arguments = ["shop"]
    if target == "mine":
        assert run(["new", "bot", "mine"]) == 0
        arguments = ["--into", "mine"]
    old = seen(target)
    outcomes: list[bool] = []
    for at in range(1, 80, 3):
        script = [sys.executable, "-c", KILLED, str(at), *arguments]
        code = subprocess.run(script, capture_output=True, timeout=60, check=False).returncode
        found = seen(target)
        is_old = found == old
        if not is_old:
            assert {"items.yaml", "imported.json"} <= {name.rpartition("/")[2] for name in found}
            assert all(name in found for name in old)
            outcomes.append(True)
            break
        outcomes.append(False)
        assert code == -signal.SIGKILL
    assert outcomes[-1]
    assert len(outcomes) > 3
    assert [path.name for path in Path().rglob("*.importing-*")] == []  # what was left was cleared away


def seen(folder: str) -> list[str]:
    """What a bot sees of its folder: nothing hidden, and no data of its own."""
    return (
        [name for name in left(folder) if not any(part.startswith(".") for part in Path(name).parts)]
        if Path(folder).exists()
        else []
    )
