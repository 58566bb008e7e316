"""Locks name packages by version and hash and never by where they come from; no address or secret is committed."""

import json
import re
import shutil
import subprocess
import tomllib
from urllib.parse import urlsplit

import pytest

from tests.architecture.source import TOP, module_folders, text, tracked

PYTHON_LOCKS = sorted(path.name for path in (TOP / "requirements").glob("*.txt"))
INDEX = re.compile(r"https?://[^\s\"']*(pypi|npmjs|simple|registry)", re.IGNORECASE)
PUBLIC_HOSTS = {
    ".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"))
}  # in parts, so that this file names none
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(ghp|gho|glpat|xox[bpas])[-_][A-Za-z0-9-]{20,}|\bAKIA[0-9A-Z]{16}\b"
    r"|//[^\s/@:\"'`<>]+:[^\s/@\"'`<>{}$*]{12,}@"
)
WORKPLACE = re.compile(r"(?<![\w.])/(work|root|home/\w+)/[\w.-]+")


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_pinned_python_package_has_a_hash_and_no_address(name: str) -> None:
    lock = text(f"requirements/{name}")
    pins = re.findall(
        r"^([A-Za-z0-9._-]+)==\S+[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, re.MULTILINE
    )
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9._\[\],-]+==", lock, re.MULTILINE)) > 0
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock


def test_the_npm_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads(text("ui/package-lock.json"))
    assert lock["lockfileVersion"] == 3
    packages = {
        path: entry for path, entry in lock["packages"].items() if "node_modules/" in path and not entry.get("link")
    }
    assert packages
    assert [path for path, entry in packages.items() if "integrity" not in entry and not entry.get("inBundle")] == []
    assert [path for path, entry in packages.items() if "resolved" in entry] == []


def test_no_lock_names_a_package_index() -> None:
    locks = [f"requirements/{name}" for name in PYTHON_LOCKS] + ["ui/package-lock.json"]
    assert [path for path in locks if INDEX.search(text(path))] == []


def test_no_file_names_the_package_index_of_this_machine() -> None:
    hosts = configured_hosts() - PUBLIC_HOSTS
    found = [(path, host) for host in hosts for path in tracked() if host in text(path)]
    assert found == []


def test_no_file_has_a_secret_in_it() -> None:
    assert [path for path in tracked() if SECRET.search(text(path))] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    own = "tests/architecture/test_locks.py"
    assert [path for path in tracked() if path != own and WORKPLACE.search(text(path))] == []


def test_the_run_lock_has_what_core_and_the_modules_need() -> None:
    pinned = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([A-Za-z0-9._-]+)==", text("requirements/run.txt"), re.MULTILINE)
    }
    needed = {
        re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()
        for project in [TOP / "core", *module_folders()]
        for requirement in tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"][
            "dependencies"
        ]
    }
    assert {name for name in needed if not name.startswith("gutenbot")} - pinned == set()


def configured_hosts() -> set[str]:
    """The hosts that pip and npm of this machine are told to install from."""
    questions = (
        ("pip", "config", "get", "global.index-url"),
        ("pip", "config", "get", "global.extra-index-url"),
        ("npm", "config", "get", "registry"),
    )
    answers = [_ask(question) for question in questions]
    return {host for answer in answers for address in answer.split() if (host := urlsplit(address).hostname)}


def _ask(question: tuple[str, ...]) -> str:
    program = shutil.which(question[0])
    if program is None:
        return ""
    return subprocess.run(
        [program, *question[1:]], capture_output=True, encoding="utf-8", check=False, timeout=60
    ).stdout
