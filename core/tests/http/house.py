"""A server with a team: people who sign in by cookie, each with a client of their own."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
from core.tests.http.served import Served

from gutenbot.accounts import totp
from gutenbot.kernel.clock import SystemClock

PASSWORD = "correct horse battery"
HERE = {"origin": "http://localhost"}


class Skipping(SystemClock):
    """The machine's clock, some seconds ahead."""

    ahead_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_s)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


@dataclass(slots=True)
class Someone:
    """Somebody's browser."""

    client: httpx2.AsyncClient
    session: dict[str, Any] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        """A request as the console makes it."""
        csrf = {"x-csrf-token": self.session["csrf"]} if self.session.get("csrf") else {}
        headers = {**HERE, **csrf, **options.pop("headers", {})}
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=headers, **options)

    async def get(self, path: str) -> Any:
        """The JSON of an answer that must be 200."""
        answer = await self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a change that must succeed."""
        answer = await self.call(method, path, body, **options)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def send(self, method: str, path: str, body: bytes, kind: str = "application/octet-stream") -> Any:
        """The JSON of a change whose body is a file."""
        answer = await self.post_bytes(method, path, body, kind)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def post_bytes(self, method: str, path: str, body: bytes, kind: str) -> httpx2.Response:
        """The answer to a body that is a file."""
        csrf = {"x-csrf-token": self.session["csrf"]} if self.session.get("csrf") else {}
        headers = {**HERE, **csrf, "content-type": kind}
        return await self.client.request(method, f"/api/v1{path}", content=body, headers=headers)

    async def refused(self, method: str, path: str, body: Any = None, **options: Any) -> str:
        """The code of a refusal."""
        answer = await self.call(method, path, body, **options)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["code"])

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx2.Response:
        """By password; remembers the session."""
        answer = await self.call("POST", "/session", {"email": email, "password": password})
        if answer.status_code == 200 and answer.json().get("signed_in"):
            self.session = answer.json()
        return answer

    @property
    def id(self) -> str:
        found: str = self.session["account"]["id"]
        return found


@dataclass(slots=True)
class House:
    """The server, its clock, and who is in it."""

    served: Served
    clock: Skipping
    begin: Any = None
    """Called by what first prepares something: what counts begins now."""

    @property
    def desk(self) -> Any:
        return self.served.server.gate.desk

    def stranger(self, address: str = "127.0.0.1", base_url: str = "http://localhost") -> Someone:
        """A browser without a cookie."""
        transport = httpx2.ASGITransport(app=self.served.server, client=(address, 1), raise_app_exceptions=False)
        return Someone(httpx2.AsyncClient(transport=transport, base_url=base_url))

    async def owner(self) -> Someone:
        """Sets the server up."""
        someone = self.stranger()
        token = await self.served.setup_token()
        body = {"token": token, "name": "Olga", "email": "olga@example.org", "password": PASSWORD}
        someone.session = await someone.do("POST", "/setup", body)
        return someone

    async def member(self, owner: Someone, role: str, name: str = "") -> Someone:
        """Somebody who accepted an invite."""
        name = name or role
        link = (await owner.do("POST", "/invites", {"role": role, "name": name}))["link"]
        someone = self.stranger()
        body = {"name": name, "email": f"{name}@example.org", "password": PASSWORD}
        someone.session = await someone.do("POST", f"/invites/by-token/{link.partition('#')[2]}", body)
        return someone

    def later(self, seconds: float) -> None:
        """Time passes, and what was looked up is looked up again."""
        self.clock.ahead_s += seconds
        self.served.server.gate.forget()


def code_now(house: House, secret: str) -> str:
    """What an authenticator app shows at this moment of the house."""
    raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return totp.code_at(raw, int(house.clock.now().timestamp()) // totp.STEP_S)
