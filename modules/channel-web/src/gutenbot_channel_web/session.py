"""The start of a visit: who the visitor is, what the bot looks like, which conversation goes on."""

import re
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from gutenbot.sdk import Bot, from_ms, to_ms
from gutenbot_channel_web.call import Call, json_response
from gutenbot_channel_web.chat import Chat, summary
from gutenbot_channel_web.entries import media_url
from gutenbot_channel_web.errors import BadUserToken, UnknownVisitor
from gutenbot_channel_web.parsing import TEXT_LIMIT, Session, read_as
from gutenbot_channel_web.rates import MESSAGES, SESSIONS_BY_ADDRESS
from gutenbot_channel_web.settings import BotSettings
from gutenbot_channel_web.signing import VISITOR_S, SiteUser, Visitor, new_visitor, site_user

_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")
PROFILE = ("first_name", "last_name", "full_name", "email", "phone", "locale", "time_zone", "picture_url", "gender")
"""What a site may tell about its visitor."""
_PROFILE_TEXT = 500


async def start_session(chat: Chat, call: Call, bot: Bot) -> Response:
    """`POST /session`."""
    chat.rates.take((SESSIONS_BY_ADDRESS, chat.address(call)))
    request: Session = read_as(Session, await call.json())
    visitor = await _identify(chat, bot, request)
    settings = chat.of(bot.id)
    signer = await chat.signer()
    conversations = await chat.conversations.latest(visitor)
    recent = conversations[0] if conversations else None
    since = to_ms(chat.app.clock.now()) - settings.resume_hours * 3_600_000
    return json_response(
        {
            "visitor": signer.visitor_token(visitor, chat.now_s()),
            "expires_s": VISITOR_S,
            "ticket": signer.ticket(visitor, chat.now_s()),
            "bot": _bot(bot, settings),
            "config": _config(settings),
            "conversations": [summary(one) for one in conversations],
            "conversation": recent.conversation_id if recent is not None and recent.updated_ms >= since else None,
            "limits": _limits(settings),
        }
    )


async def _identify(chat: Chat, bot: Bot, request: Session) -> Visitor:
    """The visitor of this session. Raises `BadUserToken`."""
    before = await _before(chat, bot, request.visitor)
    secrets = await chat.identity_secrets(bot.id) if request.user_token else []
    named = _named(chat, secrets, request.user_token, before)
    if named is None:
        if chat.named_only:
            raise BadUserToken(reason="there is none")
        # Who was known by name and is no longer (after signing out) is a new visitor: machines are shared.
        visitor = before if before is not None and not before.user else new_visitor(bot.id)
        visitor = _with_place(visitor, request)
        await chat.conversations.remember(visitor, {})
        return visitor
    start = before if before is not None and before.user in ("", named.user) else new_visitor(bot.id)
    anonymous = start if before is not None and not before.user else None
    visitor = _with_place(msgspec.structs.replace(start, user=named.user), request)
    await chat.conversations.identify(anonymous, visitor, _profile(named.profile))
    return visitor


async def _before(chat: Chat, bot: Bot, token: str) -> Visitor | None:
    try:
        return (await chat.signer()).visitor(bot.id, token, chat.now_s())
    except UnknownVisitor:
        return None


def _named(chat: Chat, secrets: list[str], token: str, before: Visitor | None) -> SiteUser | None:
    """Whom the site vouches for. A page that stays open longer than its user token lasts keeps its visitor."""
    if not token:
        return None
    named = site_user(token, secrets, chat.now_s())
    if named.expired and (before is None or before.user != named.user):
        raise BadUserToken(reason=f"it expired before {from_ms(chat.now_s() * 1000):%Y-%m-%d %H:%M} UTC")
    return msgspec.structs.replace(named, profile={}) if named.expired else named


def _with_place(visitor: Visitor, request: Session) -> Visitor:
    locale = request.locale if len(request.locale) <= 35 and _LOCALE.fullmatch(request.locale) else visitor.locale
    zone = request.time_zone if is_zone(request.time_zone) else visitor.time_zone
    return msgspec.structs.replace(visitor, locale=locale, time_zone=zone)


@lru_cache(maxsize=1000)
def is_zone(name: str) -> bool:
    """Whether this is a time zone."""
    try:
        return _ZONE.fullmatch(name) is not None and bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        return False


def _profile(told: dict[str, Any]) -> dict[str, Any]:
    kept = {name: told[name] for name in PROFILE if isinstance(told.get(name), str)}
    if not _LOCALE.fullmatch(kept.get("locale", "")):
        kept.pop("locale", None)
    if not is_zone(kept.get("time_zone", "")):
        kept.pop("time_zone", None)
    return {name: value for name, value in kept.items() if value and len(value) <= _PROFILE_TEXT}


def _bot(bot: Bot, settings: BotSettings) -> dict[str, str]:
    return {
        "id": bot.id,
        "name": settings.title or bot.title,
        "avatar": media_url(settings.avatar),
        "description": settings.description or bot.description,
    }


def _config(settings: BotSettings) -> dict[str, Any]:
    shown = (
        "start_payload", "theme", "accent", "position", "markdown", "uploads", "sound", "launcher", "teaser", "locales",
        "brand",
    )  # fmt: skip
    return {name: getattr(settings, name) for name in shown}


def _limits(settings: BotSettings) -> dict[str, Any]:
    return {
        "text": TEXT_LIMIT,
        "file_bytes": settings.file_bytes,
        "file_types": settings.file_types,
        "rate": {"messages": MESSAGES.amount, "seconds": MESSAGES.seconds},
    }
