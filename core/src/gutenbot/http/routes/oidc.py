"""Signing in with another service: the way there, and the way back. Both are pages for the browser, not for programs."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse

from gutenbot.accounts import challenges, federated
from gutenbot.accounts.desk import Db, SignedIn
from gutenbot.accounts.errors import AccountMistake, ForeignSignIn, NoProvider
from gutenbot.accounts.oidc import Provider
from gutenbot.accounts.secrets import kept
from gutenbot.app.console_settings import OidcSettings
from gutenbot.http.permission import Anybody, Desk
from gutenbot.http.signing import console_of, give, is_secure, refuse_plain

router = APIRouter(tags=["oidc"])
Id = Annotated[str, Path(min_length=1, max_length=40, alias="provider")]
HOME = "/console/"
_COOKIE = "gutenbot-oidc"
_LASTS_S = 600


@router.get("/oidc/{provider}/start", response_class=RedirectResponse, status_code=302)
async def start(
    provider: Id,
    request: Request,
    desk: Desk,
    visitor: Anybody,
    return_to: Annotated[str, Query(max_length=500)] = HOME,
) -> RedirectResponse:
    """Sends the browser to the service."""
    refuse_plain(request)
    await desk.count_link(visitor)
    wanted = _provider(provider, _settings(request, provider))
    begun = await desk.services.begin(wanted, _back(request, provider))

    def work(db: Db) -> None:
        challenges.make(
            db, "oidc", desk.now_ms(), secret=begun.state, provider=provider, nonce=begun.nonce, verifier=begun.verifier,
            return_to=safe_path(return_to),
        )  # fmt: skip

    await desk.write(work)
    answer = RedirectResponse(begun.url, 302)
    answer.set_cookie(
        _cookie(request), kept(begun.state).hex(), max_age=_LASTS_S, path="/", secure=is_secure(request), httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


@router.get("/oidc/{provider}/callback", response_class=RedirectResponse, status_code=302)
async def callback(
    provider: Id,
    request: Request,
    desk: Desk,
    visitor: Anybody,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    iss: Annotated[str, Query(max_length=500)] = "",
) -> RedirectResponse:
    """The browser comes back; on success into the console, else to the sign-in page with `error`."""
    refuse_plain(request)
    try:
        signed, return_to = await _come_back(provider, request, desk, visitor, state, code, iss)
    except AccountMistake as error:
        return RedirectResponse(f"/console/sign-in?error={quote(error.code)}", 302)
    answer = RedirectResponse(return_to, 302)
    answer.delete_cookie(_cookie(request), path="/", secure=is_secure(request), httponly=True, samesite="lax")
    give(request, answer, signed.secret)
    return answer


async def _come_back(
    provider: str, request: Request, desk: Desk, visitor: Anybody, state: str, code: str, iss: str
) -> tuple[SignedIn, str]:
    settings = _settings(request, provider)
    if not state or request.cookies.get(_cookie(request)) != kept(state).hex():
        raise ForeignSignIn(reason="the answer is not for this browser")
    begun = (await desk.write(lambda db: challenges.use(db, "oidc", state, desk.now_ms())))["data"]
    if begun["provider"] != provider or (iss and iss != settings.issuer):
        raise ForeignSignIn(reason="the answer comes from another service")
    if not code:
        raise ForeignSignIn(reason="it said no")
    wanted = _provider(provider, settings)
    person = await desk.services.finish(wanted, code, _back(request, provider), begun["nonce"], begun["verifier"])
    rules = federated.Rules(settings.role, settings.domains, settings.trust_email)

    def work(db: Db) -> SignedIn:
        account = federated.account_of(db, wanted, person, rules, desk.now_ms())
        return desk.open_for(db, account, visitor, settings.name or provider)

    return await desk.write(work), safe_path(begun["return_to"])


def safe_path(path: str) -> str:
    """The path, if it is one of the console's own pages; else its first page. Nothing leads to another site (AUT-08)."""
    plain = (
        path.startswith(HOME)
        and not any(char in path for char in "\\\r\n\t\x00")
        and "//" not in path.partition("?")[0]
    )
    return path if plain else HOME


def _settings(request: Request, provider: str) -> OidcSettings:
    found = console_of(request).oidc.get(provider)
    if found is None:
        raise NoProvider(provider=provider)
    return found


def _provider(name: str, settings: OidcSettings) -> Provider:
    secret = settings.client_secret.get_secret_value()
    return Provider(
        id=name, issuer=settings.issuer, client_id=settings.client_id, client_secret=secret, scopes=settings.scopes
    )


def _back(request: Request, provider: str) -> str:
    return console_of(request).link(f"/api/v1/oidc/{provider}/callback")


def _cookie(request: Request) -> str:
    return f"__Host-{_COOKIE}" if is_secure(request) else _COOKIE
