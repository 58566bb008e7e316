"""Wheels of modules, made without any tool."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

CODE = """
from gutenbot.events.messages import TextMessage
from gutenbot.sdk import Module, Part

part = Part()


@part.wrap("render", name="NAME-shout")
async def shout(turn, call_next):
    \"\"\"Says everything in capitals.\"\"\"
    turn.messages = [TextMessage(message.text.upper()) for message in turn.messages]
    await call_next()


module = Module("NAME", parts=[part], summary="Shouts.")
"""
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("NAME_note", sa.Column("bot_id", sa.Text), sa.Column("words", sa.Text))
"""


def wheel(
    name: str = "shouter",
    version: str = "1.0",
    *,
    code: str = CODE,
    files: Mapping[str, str] | None = None,
    headers: str = "Requires-Dist: gutenbot>=0.1,<0.2\n",
    tamper: bool = False,
    entry: bool = True,
) -> tuple[str, bytes]:
    """(file name, bytes) of a wheel."""
    package, head = f"gb_{name}", f"gb_{name}-{version}.dist-info"
    contents = {
        f"{package}/__init__.py": code.replace("NAME", name),
        **{f"{package}/{path}": text.replace("NAME", name) for path, text in (files or {}).items()},
        f"{head}/METADATA": f"Metadata-Version: 2.4\nName: gb-{name}\nVersion: {version}\nSummary: Shouts\n"
        f"Author: Shout Ltd\nLicense-Expression: MIT\n{headers}\n# Shouter\n\nIt shouts.\n",
        f"{head}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry:
        contents[f"{head}/entry_points.txt"] = f"[gutenbot.modules]\n{name} = {package}:module\n"
    record = "".join(f"{path},sha256={_hash(text)},{len(text)}\n" for path, text in contents.items())
    contents[f"{head}/RECORD"] = f"{record}{head}/RECORD,,\n"
    if tamper:
        contents[f"{package}/__init__.py"] += "# changed\n"
    return f"gb_{name}-{version}-py3-none-any.whl", packed(contents)


def changed(file: Path, edits: Mapping[str, Callable[[str], str]]) -> tuple[str, bytes]:
    """(file name, bytes) of a wheel in which some files are others, with a record that says so. Files are named by their end."""
    with zipfile.ZipFile(file) as archive:
        contents = {name: archive.read(name).decode() for name in archive.namelist()}
    for end, edit in edits.items():
        (path,) = [name for name in contents if name.endswith(end)]
        contents[path], before = edit(contents[path]), contents[path]
        assert contents[path] != before, path
    record = next(name for name in contents if name.endswith(".dist-info/RECORD"))
    del contents[record]
    lines = (f"{path},sha256={_hash(text)},{len(text.encode())}\n" for path, text in contents.items())
    contents[record] = f"{''.join(lines)}{record},,\n"
    return file.name, packed(contents)


def packed(contents: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in contents.items():
            archive.writestr(path, text)
    return out.getvalue()


def _hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
