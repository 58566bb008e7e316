"""An index of packages on this machine, and lists of modules: a real server on a free port, with files that can be changed."""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiohttp import web
from packaging.utils import canonicalize_name


@dataclass(slots=True)
class Index:
    """What the server has."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Wheels by their file names."""
    texts: dict[str, str] = field(default_factory=dict)
    """Further texts by their paths."""
    redirects: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    """What is said of a file instead of its own hash."""
    asked: list[str] = field(default_factory=list)
    as_json: bool = True
    metadata: bool = False
    """It offers what wheels say of themselves beside them."""
    url: str = ""

    def add(self, *wheels: tuple[str, bytes]) -> None:
        """Offers wheels."""
        self.files |= dict(wheels)

    def list(self, path: str, of: Mapping[str, Any]) -> str:
        """Offers a list with its hash beside it; returns its address."""
        self.texts[path] = json.dumps(of)
        self.texts[f"{path}.sha256"] = f"{hashlib.sha256(self.texts[path].encode()).hexdigest()}  {path}\n"
        return f"{self.url}/{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A page of the index, a file or a text."""
        path = request.path.lstrip("/")
        self.asked.append(path)
        if path in self.redirects:
            return web.Response(status=302, headers={"location": self.redirects[path]})
        if path in self.texts:
            return web.Response(text=self.texts[path])
        name = path.rpartition("/")[2]
        if (
            self.metadata
            and path.startswith("files/")
            and name.removesuffix(".metadata") in self.files
            and name not in self.files
        ):
            return web.Response(text=metadata_of(self.files[name.removesuffix(".metadata")]))
        if path.startswith("files/") and name in self.files:
            return web.Response(body=self.files[name])
        project = path.removeprefix("simple/").strip("/")
        own = {one: data for one, data in self.files.items() if canonicalize_name(one.partition("-")[0]) == project}
        if not path.startswith("simple/") or not own:
            return web.Response(status=404)
        return self._page(own)

    def _page(self, own: Mapping[str, bytes]) -> web.Response:
        hashes = {name: self.hashes.get(name, hashlib.sha256(data).hexdigest()) for name, data in own.items()}
        if self.as_json:
            files = [
                {
                    "filename": one,
                    "url": f"../../files/{one}",
                    "hashes": {"sha256": hashes[one]},
                    "core-metadata": self._said(one),
                }
                for one in own
            ]
            return web.json_response({"files": files}, content_type="application/vnd.pypi.simple.v1+json")
        links = "".join(
            f'<a href="../../files/{escape(one)}#sha256={hashes[one]}" data-requires-python="&gt;=3.9"'
            f"{self._attribute(one)}>{escape(one)}</a>"
            for one in own
        )
        return web.Response(text=f"<!doctype html><body>{links}</body>", content_type="text/html")

    def _said(self, name: str) -> dict[str, str] | bool:
        return {"sha256": _sha256(metadata_of(self.files[name]))} if self.metadata else False

    def _attribute(self, name: str) -> str:
        said = self._said(name)
        return f' data-core-metadata="sha256={said["sha256"]}"' if isinstance(said, dict) else ""


def metadata_of(data: bytes) -> str:
    """What a wheel says of itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(next(one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))).decode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@asynccontextmanager
async def index_server(*wheels: tuple[str, bytes]) -> AsyncGenerator[Index]:
    """Serves until it is left."""
    index = Index()
    index.add(*wheels)
    app = web.Application()
    app.router.add_get("/{path:.*}", index.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    index.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield index
    finally:
        await runner.cleanup()
