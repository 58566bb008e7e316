"""A server whose disk stops taking writes: it says so, is not ready, and ends; it never goes on in memory (DSK-04)."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from urllib import error, request

import pytest
from core.tests.cli.test_served_process import BOT, Process, running

from gutenbot.app.diskwatch import UNWRITABLE
from gutenbot.storage.sqlite.version import why_one_writer

pytestmark = pytest.mark.slow
linux = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of a running process")


def break_disk(pid: int) -> None:
    """From now on each write beyond the first kilobyte of a file fails, as on a broken disk (EFBIG, for SQLite an I/O error)."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, 1024))


def status(one: Process, path: str) -> int:
    """The status of an answer; 0 for none."""
    try:
        with request.urlopen(f"http://127.0.0.1:{one.port}{path}", timeout=5) as answer:
            return int(answer.status)
    except error.HTTPError as refused:
        with refused:
            return refused.code
    except OSError:
        return 0


def answered(one: Process, text: str) -> int:
    """The status of the answer to these words; 0 for none."""
    try:
        one.say(text, wait_s=0)
    except error.HTTPError as refused:
        with refused:
            return refused.code
    except OSError:
        return 0
    return 200


@linux
def test_dsk_04_a_server_without_a_disk_is_not_ready_and_exits(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--no-supervise", GUTENBOT_DEV="1") as one:
        assert one.say("order") == ["Which size?"]
        break_disk(one.process.pid)
        assert answered(one, "M") == 503
        assert status(one, "/ready") == 503
        assert status(one, "/health") == 200
        assert one.process.wait(60) == UNWRITABLE
    with running(tmp_path, "serve", "--no-supervise", GUTENBOT_DEV="1") as again:
        assert again.say("M") == ["Done: M"], "what was answered is on disk, what was refused is not"
        assert ("storage.one_writer" in again.log.read_text(encoding="utf-8")) == bool(why_one_writer()), "DSK-07"


@linux
def test_dsk_04_the_parent_starts_a_server_that_lost_its_disk_anew(tmp_path: Path) -> None:
    with running(tmp_path, "serve", GUTENBOT_DEV="1") as one:
        assert one.say("order") == ["Which size?"]
        first = one.child()
        break_disk(first)
        end = time.monotonic() + 100
        while one.child_or_none() in (first, None):
            assert answered(one, "S") in (503, 0)
            assert time.monotonic() < end, one.log.read_text(encoding="utf-8")
            time.sleep(0.3)
        one.ready()
        assert one.say("M") == ["Done: M"]


def test_dsk_04_a_read_only_folder_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    data = tmp_path / "data"
    data.mkdir()
    read_only = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
    serve = [sys.executable, "-m", "gutenbot", "serve", "--no-supervise", "--port", "0"]
    command = ["unshare", "-rm", "sh", "-c", read_only, "sh", str(data), *serve]
    if subprocess.run(["unshare", "-rm", "mount", "--bind", str(data), str(data)], capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    environ = {**os.environ, "GUTENBOT_DATA": str(data)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "cannot be written" in done.stderr
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(data.iterdir()) == []
