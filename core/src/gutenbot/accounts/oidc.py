"""Signing in with another service (OpenID Connect): authorization code with PKCE, state bound to the browser, nonce.

Tokens are checked here: signature by the service's own keys, issuer, audience, time, nonce. None is kept.
"""

import asyncio
import base64
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from gutenbot.accounts.errors import ForeignSignIn
from gutenbot.accounts.secrets import new_secret
from gutenbot.kernel.clock import Clock

if TYPE_CHECKING:
    import aiohttp

_TIME_LIMIT_S = 10
_LARGEST = 1 << 20
_FRESH_S = 3600.0
_LEEWAY_S = 60
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures by a private key only: `none` and shared secrets are never taken (AUT-12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A service, as it was set."""

    id: str
    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: tuple[str, ...] = ("openid", "email", "profile")


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that goes to the service: where to, and what must be remembered meanwhile."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who the service says that this is."""

    subject: str
    email: str
    email_verified: bool
    name: str


class Services:
    """Talks to services. Remembers what they say of themselves, and their keys, for an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._about: dict[str, tuple[Mapping[str, Any], float]] = {}
        """By issuer, as the keys are: what is set under a name may change."""
        self._keys: dict[str, tuple[Any, float]] = {}

    async def begin(self, provider: Provider, redirect_uri: str) -> Begun:
        """Where the browser goes. Raises `ForeignSignIn`."""
        about = await self._discover(provider)
        state, nonce, verifier = new_secret()[0], new_secret()[0], new_secret()[0]
        challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(provider.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = str(about["authorization_endpoint"])
        return Begun(f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", state, nonce, verifier)

    async def finish(self, provider: Provider, code: str, redirect_uri: str, nonce: str, verifier: str) -> Person:
        """Who came back with this code. Raises `ForeignSignIn`."""
        about = await self._discover(provider)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": provider.client_id,
            "code_verifier": verifier,
        }
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
        answer = await self._call("POST", str(about["token_endpoint"]), form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ForeignSignIn(reason="it gave no identity")
        claims = await self._claims(provider, about, token, nonce)
        return Person(
            str(claims["sub"]), str(claims.get("email") or ""), claims.get("email_verified") is True,
            str(claims.get("name") or claims.get("preferred_username") or ""),
        )  # fmt: skip

    async def _claims(self, provider: Provider, about: Mapping[str, Any], token: str, nonce: str) -> dict[str, Any]:
        await asyncio.to_thread(importlib.import_module, "joserfc.jwt")  # not on the event loop
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        try:
            try:
                found = jwt.decode(token, await self._key_set(provider, about), algorithms=_ALGORITHMS)
            except InvalidKeyIdError:  # the service has new keys
                found = jwt.decode(token, await self._key_set(provider, about, anew=True), algorithms=_ALGORITHMS)
            rules = jwt.JWTClaimsRegistry(
                now=int(self._clock.now().timestamp()),
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": provider.issuer},
                aud={"essential": True, "value": provider.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            rules.validate(found.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ForeignSignIn(reason=f"its word cannot be trusted ({type(error).__name__})") from error
        claims: dict[str, Any] = found.claims
        meant_for = claims["aud"]
        if isinstance(meant_for, list) and len(meant_for) > 1 and claims.get("azp") != provider.client_id:
            raise ForeignSignIn(reason="its word is for somebody else")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
            raise ForeignSignIn(reason="it names nobody")
        return claims

    async def _discover(self, provider: Provider) -> Mapping[str, Any]:
        now = self._clock.monotonic()
        known = self._about.get(provider.issuer)
        if known is not None and known[1] > now:
            return known[0]
        about = await self._call("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        if about.get("issuer") != provider.issuer:
            raise ForeignSignIn(reason="it says that it is another one")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _refuse_unsafe(provider.issuer, str(about.get(name) or ""))
        self._about[provider.issuer] = (about, now + _FRESH_S)
        return about

    async def _key_set(self, provider: Provider, about: Mapping[str, Any], *, anew: bool = False) -> Any:
        from joserfc.jwk import KeySet

        now = self._clock.monotonic()
        known = self._keys.get(provider.issuer)
        if known is not None and known[1] > now and not anew:
            return known[0]
        answer = await self._call("GET", str(about["jwks_uri"]))
        keys = [one for one in answer.get("keys") or [] if isinstance(one, dict) and one.get("kty") != "oct"]
        found = KeySet.import_key_set({"keys": keys})
        self._keys[provider.issuer] = (found, now + _FRESH_S)
        return found

    async def _call(self, method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """A JSON object from the service: no redirects, 10 seconds, 1 MiB."""
        await asyncio.to_thread(importlib.import_module, "aiohttp")
        import aiohttp

        limits = aiohttp.ClientTimeout(total=_TIME_LIMIT_S)
        try:
            async with aiohttp.ClientSession(timeout=limits, trust_env=False) as session:
                async with session.request(method, url, data=form, allow_redirects=False) as answer:
                    return await _json(answer)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise ForeignSignIn(reason=f"it does not answer as it should ({type(error).__name__})") from error


async def _json(answer: "aiohttp.ClientResponse") -> dict[str, Any]:
    import json

    body = await answer.content.read(_LARGEST)
    while not answer.content.at_eof() and len(body) < _LARGEST:
        body += await answer.content.read(_LARGEST)
    if answer.status != 200 or len(body) >= _LARGEST:
        raise ForeignSignIn(reason=f"it answered with status {answer.status}")
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ForeignSignIn(reason="its answer cannot be read")
    return found


def _refuse_unsafe(issuer: str, url: str) -> None:
    """What a service says of itself may not lead from https to plain http."""
    if urlsplit(url).scheme not in ("https", urlsplit(issuer).scheme) or not urlsplit(url).hostname:
        raise ForeignSignIn(reason="its addresses are not safe")
