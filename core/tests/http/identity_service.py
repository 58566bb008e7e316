"""A service that signs people in, on a port of this machine, with real signatures: for tests of OpenID Connect."""

import base64
import json
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey


class IdentityService:
    """Answers discovery, keys and tokens. Its fields can be bent to be hostile."""

    def __init__(self, name: str = "one") -> None:
        self.key = RSAKey.generate_key(2048, {"kid": name, "alg": "RS256", "use": "sig"})
        self.issuer = ""
        self.person: dict[str, Any] = {
            "sub": "42",
            "email": "Olga@example.org",
            "email_verified": True,
            "name": "Olga O",
        }
        self.bend: dict[str, Any] = {}
        """Claims that are otherwise than they should be."""
        self.algorithm = "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.spent: list[str] = []
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._about)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.issuer = f"http://{host}:{port}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def consent(self, url: str) -> str:
        """What the person's browser does there: signs in, and is sent back. Returns the code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return code

    async def _about(self, request: web.Request) -> web.Response:
        return web.json_response({
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        })  # fmt: skip

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        code = str(form["code"])
        query = self.codes[code]
        challenge = base64.urlsafe_b64encode(sha256(str(form["code_verifier"]).encode()).digest()).decode().rstrip("=")
        fine = (
            challenge == query["code_challenge"]
            and form["redirect_uri"] == query["redirect_uri"]
            and form["client_secret"] == "hush"
            and code not in self.spent
        )
        self.spent.append(code)
        if not fine:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "unused", "id_token": self._signed(query)})

    def _signed(self, query: dict[str, str]) -> str:
        now = int(self.now())
        claims = {
            "iss": self.issuer, "aud": query["client_id"], "iat": now, "exp": now + 300, "nonce": query["nonce"],
            **self.person, **self.bend,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        if self.algorithm == "HS256":
            public = self.key.as_pem(private=False)
            return jwt.encode(
                {"alg": "HS256", "kid": self.key.kid}, claims, OctKey.import_key(base64.b64encode(public))
            )
        if self.algorithm == "stranger":
            other = RSAKey.generate_key(2048, {"kid": str(self.key.kid)})
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, other)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def now(self) -> float:
        from datetime import UTC, datetime

        return datetime.now(UTC).timestamp()
