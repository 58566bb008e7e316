"""Installed modules that cannot be imported: they are disabled alone, and everybody is told why (MOD-01)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib import request

import pytest
from core.tests.cli.test_served_process import running

pytestmark = pytest.mark.slow

GOOD = """
from gutenbot.sdk import Module

module = Module("greeter", summary="Greets.")
"""
BROKEN = {
    "raises": ("colours = {}\nred = colours['red']\n", "KeyError: 'red'"),
    "leaves": ("import sys\nsys.exit('no licence')\n", "SystemExit: no licence"),
    "unparsable": ("def (:\n", "SyntaxError"),
    "absent": ("import no_such_library\n", "ModuleNotFoundError: No module named 'no_such_library'"),
    "something": ("module = 'not a module'\n", "is a str, not a Module"),
}


def install(folder: Path, name: str, code: str) -> None:
    """Puts a distribution with one module into a folder, as an installer does: package, metadata, entry point."""
    package = folder / f"the_{name}"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code, encoding="utf-8")
    facts = folder / f"gutenbot_{name}-1.2.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: gutenbot-{name}\nVersion: 1.2\n", encoding="utf-8")
    (facts / "entry_points.txt").write_text(f"[gutenbot.modules]\n{name} = the_{name}:module\n", encoding="utf-8")
    (facts / "RECORD").write_text("", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with one good module and all the broken ones."""
    folder = tmp_path / "site"
    install(folder, "greeter", GOOD)
    for name, (code, _) in BROKEN.items():
        install(folder, name, code)
    return folder


def path_with(site: Path) -> str:
    """PYTHONPATH with the folder in front."""
    return os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])


def module_list(site: Path, *options: str) -> tuple[int, str]:
    """Exit code and output of `gutenbot module list`."""
    command = [sys.executable, "-m", "gutenbot", *options, "module", "list"]
    environ = {**os.environ, "PYTHONPATH": path_with(site)}
    done = subprocess.run(
        command, cwd=site, env=environ, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    return done.returncode, done.stdout


def test_mod_01_the_list_shows_the_tracebacks_of_the_broken_and_the_rest_is_fine(site: Path) -> None:
    code, text = module_list(site, "--json")
    found = {one["name"]: one for one in json.loads(text)}
    assert code == 1
    assert (found["greeter"]["state"], found["greeter"]["version"]) == ("installed", "1.2")
    for name, (_, reason) in BROKEN.items():
        assert found[name]["state"] == "failed"
        assert reason in found[name]["reason"]
        assert "Traceback" in found[name]["traceback"]
    assert "the_raises/__init__.py" in found["raises"]["traceback"]
    _, shown = module_list(site)
    assert "✓ greeter  1.2  Greets." in shown
    assert "red = colours['red']" in shown


def test_mod_01_a_server_runs_without_the_broken_modules_and_tells_their_tracebacks(tmp_path: Path, site: Path) -> None:
    with running(tmp_path, "serve", "--no-supervise", GUTENBOT_DEV="1", PYTHONPATH=path_with(site)) as one:
        assert one.say("order") == ["Which size?"]
        with request.urlopen(f"http://127.0.0.1:{one.port}/api/v1/modules", timeout=10) as answer:
            found = {module["name"]: module for module in json.load(answer)}
        assert found["greeter"]["state"] == "running"
        assert found["shop"]["state"] == "running"
        for name, (_, reason) in BROKEN.items():
            assert found[name]["state"] == "failed"
            assert reason in found[name]["reason"]
            assert "Traceback" in found[name]["traceback"]
    assert one.log.read_text(encoding="utf-8").count("module.import_failed") == len(BROKEN)
