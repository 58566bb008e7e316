"""The API as somebody of the team uses it, without a socket: for tests of what a module or a bot brings to it."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gutenbot.accounts import people, sessions
from gutenbot.app.settings import Settings
from gutenbot.http import make_asgi
from gutenbot.http.asgi import Server
from gutenbot.http.auth import PLAIN_COOKIE
from gutenbot.kernel.ids import new_id

if TYPE_CHECKING:
    import sqlalchemy as sa

    from gutenbot.app.app import App


class Refused(AssertionError):
    """The server refused; a test that expects it says `pytest.raises(Refused)`."""

    def __init__(self, method: str, path: str, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.fields: dict[str, str] = dict(problem.get("fields", {}))
        self.problem = problem
        super().__init__(f"{method} {path}: {status} {self.code}: {problem.get('detail', '')}")


class TestConsole:
    """Somebody with a role, at the API of a running app: `await testbot.console("agent").get("/m/notes/…")`."""

    __test__ = False

    def __init__(self, app: "Callable[[], App]", role: str = "owner") -> None:
        self.role = role
        self._app = app
        """The app that runs now: a test may have started another one."""
        self._made: tuple[App, Server] | None = None
        self._cookie = self._csrf = ""

    async def get(self, path: str) -> Any:
        """The JSON of an answer; `path` is below `/api/v1`. Raises `Refused`."""
        return await self.call("GET", path)

    async def post(self, path: str, body: Any = None) -> Any:
        """See `get`."""
        return await self.call("POST", path, body)

    async def put(self, path: str, body: Any = None) -> Any:
        """See `get`."""
        return await self.call("PUT", path, body)

    async def patch(self, path: str, body: Any = None) -> Any:
        """See `get`."""
        return await self.call("PATCH", path, body)

    async def delete(self, path: str) -> Any:
        """See `get`."""
        return await self.call("DELETE", path)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any method. Raises `Refused` for an answer of 400 and above."""
        status, answer = await self._ask(method, f"/api/v1{path}", body)
        found = json.loads(answer) if answer else None
        if status >= 400:
            raise Refused(method, path, status, found if isinstance(found, dict) else {})
        return found

    def _server(self) -> Server:
        app = self._app()
        if self._made is None or self._made[0] is not app:
            self._made = (app, make_asgi(app, Settings.model_validate({})))
        return self._made[1]

    async def _sign_in(self) -> None:
        """Makes an account with the role, and a session."""
        desk = self._server().gate.desk
        now_ms = desk.now_ms()

        def work(db: "sa.Connection") -> tuple[str, str]:
            name = f"{self.role} {new_id()[-6:]}"
            email = f"{name.replace(' ', '.')}@example.org"
            account = people.add(db, now_ms, email=email, name=name, role=self.role, password="")
            secret = sessions.open_session(db, account["id"], now_ms, desk.span)
            found = sessions.find(db, secret, now_ms, desk.span)
            assert found is not None
            return secret, str(found.session["csrf"])

        self._cookie, self._csrf = await desk.write(work)

    async def _ask(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        if not self._cookie:
            await self._sign_in()
        sent = b"" if body is None else json.dumps(body).encode()
        plain, _, query = path.partition("?")
        headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
        headers += [(b"cookie", f"{PLAIN_COOKIE}={self._cookie}".encode()), (b"x-csrf-token", self._csrf.encode())]
        headers += [(b"content-type", b"application/json")] if sent else []
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": plain, "raw_path": plain.encode(),
            "query_string": query.encode(), "headers": headers, "client": ("127.0.0.1", 1), "server": ("localhost", 80),
            "root_path": "",
        }  # fmt: skip
        waiting = [{"type": "http.request", "body": sent, "more_body": False}]
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            said.append(message)

        await self._server()(scope, receive, send)
        return int(said[0]["status"]), b"".join(one.get("body", b"") for one in said)
