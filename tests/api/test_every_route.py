"""Every route with data that its description allows, and with data that it forbids: no unexpected error, nothing undescribed.

All phases of Schemathesis: examples, the edges of every schema, generated data, and sequences of calls that use each
other's answers. `GUTENBOT_API_EXAMPLES=100` looks longer than the few tries of every run.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.server import Server

EXAMPLES = int(os.environ.get("GUTENBOT_API_EXAMPLES", "4"))
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,missing_required_header,allow_header_conformance"
)
CONFIG = """
request-timeout = 40
[generation]
max-examples = {examples}
[parameters]
{parameters}
"""
ENDS_ITSELF = "^/api/v1/(session$|account/sessions|account/password$)"
"""What ends the session that the calls are made with, and is tried by tests of its own."""
MINE = "^/api/v1/(account|session)"


class Client:
    """Calls the API of a server as a program, or as who is signed in."""

    def __init__(self, server: Server, headers: Mapping[str, str]) -> None:
        self.server = server
        self.headers = dict(headers)

    def call(self, path: str, body: Any = None, method: str = "") -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.server.url}/api/v1{path}", data, {**self.headers, "content-type": "application/json"},
            method=method or ("POST" if data else "GET"),
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def try_all(self, folder: Path, parameters: Mapping[str, str], *filters: str) -> None:
        """Fails with the report when a call was answered in a way that the description does not know."""
        lines = "\n".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in parameters.items())
        config = folder / "schemathesis.toml"
        config.write_text(CONFIG.format(examples=EXAMPLES, parameters=lines), "utf-8")
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config), "run",
            f"{self.server.url}/api/v1/openapi.json", "--phases", "examples,coverage,fuzzing,stateful",
            "--checks", CHECKS, "--seed", "1", "--continue-on-failure", "--no-color", "--warnings", "off", *filters,
        ]  # fmt: skip
        for name, value in self.headers.items():
            command += ["-H", f"{name}: {value}"]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=folder)
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
        tested = re.search(r"Tested: (\d+)", done.stdout)
        assert tested and int(tested[1]) > 8, done.stdout[-3000:]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # what is asked of an index is asked of none
    with Server("pizzeria", tmp_path) as running:
        yield running


def _key(server: Server) -> str:
    command = [sys.executable, "-m", "gutenbot", "key", "add", "everything", "--role", "owner"]
    made = subprocess.run(command, cwd=server.folder, capture_output=True, encoding="utf-8", check=True)
    found = re.search(r"gb_[\w-]+", made.stdout)
    assert found, made.stdout
    return found[0]


def _known(client: Client) -> dict[str, str]:
    """Things that are there, so that calls reach more than "there is no such thing"."""
    bot = client.call("/bots")[0]["id"]
    client.call("/converse/somebody", {"text": "order"})
    user = client.call(f"/bots/{bot}/users")["items"][0]["id"]
    conversation = client.call(f"/bots/{bot}/users/{user}/conversations")
    conversations = conversation["items"] if isinstance(conversation, dict) else conversation
    return {
        "path.bot": bot,
        "path.user": user,
        "path.conversation": conversations[0]["id"],
        "path.module": "channel-web",
        "path.locale": "en",
        "query.wait_s": "0",
    }


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_call_of_a_program_is_answered_otherwise_than_the_description_says(server: Server, tmp_path: Path) -> None:
    client = Client(server, {"Authorization": f"Bearer {_key(server)}"})
    client.try_all(tmp_path, _known(client), "--exclude-path-regex", f"{MINE}|^/api/v1/instance/sending-lock$")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_call_of_a_person_is_answered_otherwise_than_the_description_says(tmp_path: Path) -> None:
    with Server("pizzeria", tmp_path, "dev") as server:
        with urllib.request.urlopen(f"{server.url}/api/v1/session", timeout=30) as answer:
            session = json.loads(answer.read())
            cookie = str(answer.headers["set-cookie"]).partition(";")[0]
        client = Client(server, {"Cookie": cookie, "X-CSRF-Token": session["csrf"], "Origin": server.url})
        client.try_all(tmp_path, {}, "--include-path-regex", MINE, "--exclude-path-regex", ENDS_ITSELF)
