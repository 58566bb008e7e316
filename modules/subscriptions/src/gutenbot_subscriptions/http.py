"""The routes of the module: categories, their languages, and the people in them."""

import asyncio
import re
import unicodedata
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from gutenbot.sdk import After, App, BotId, Call, Limit, Listed, Part, UserId, from_ms, to_ms
from gutenbot_subscriptions.categories import Category, Words
from gutenbot_subscriptions.desk import desk_of
from gutenbot_subscriptions.errors import FromCode, NoLanguage, UnknownLanguage
from gutenbot_subscriptions.models import (
    CategoryChange,
    CategoryIn,
    CategoryOut,
    LanguageIn,
    LanguageOut,
    MemberOut,
    MembershipOut,
    NewLanguage,
    TotalsOut,
)
from gutenbot_subscriptions.speech import check_text

if TYPE_CHECKING:
    import sqlalchemy as sa

READ, WRITE = "subscriptions:read", "subscriptions:write"
_TAG = re.compile(r"([a-zA-Z]{2,3})(?:-([a-zA-Z]{4}))?(?:-([a-zA-Z]{2}|[0-9]{3}))?")

routes = Part()
routes.permission(
    READ, "See subscriptions and who has them", roles=("developer", "editor", "marketer", "analyst", "agent")
)
routes.permission(WRITE, "Change subscriptions and who has them", roles=("editor", "marketer"))


@routes.api("GET", "/{bot}/categories", needs=READ)
async def categories(call: Call, bot: BotId) -> Listed[CategoryOut]:
    """The categories in use, those of code first, with how many people are in each."""
    from gutenbot_subscriptions import people

    desk = desk_of(call.app)
    counts = await call.read(lambda db: people.counts(db, bot))
    return Listed(items=[CategoryOut.of(one, counts.get(one.id, 0)) for one in desk.book(bot).categories.values()])


@routes.api("GET", "/{bot}/removed", needs=READ)
async def removed(call: Call, bot: BotId) -> Listed[CategoryOut]:
    """Categories that were removed and can be brought back, the latest first."""
    from gutenbot_subscriptions import people

    counts = await call.read(lambda db: people.counts(db, bot))
    return Listed(items=[CategoryOut.of(one, counts.get(one.id, 0)) for one in desk_of(call.app).removed(bot)])


@routes.api("GET", "/{bot}/totals", needs=READ)
async def totals(call: Call, bot: BotId) -> TotalsOut:
    """How many categories there are, and how many people are in at least one."""
    from gutenbot_subscriptions import people

    in_use = list(desk_of(call.app).book(bot).categories)
    return TotalsOut(categories=len(in_use), people=await call.read(lambda db: people.people(db, bot, in_use)))


@routes.api("GET", "/{bot}/categories/{category}", needs=READ)
async def one_category(call: Call, bot: BotId, category: str) -> CategoryOut:
    """One category."""
    from gutenbot_subscriptions import people

    found = desk_of(call.app).category(bot, category)
    counts = await call.read(lambda db: people.counts(db, bot))
    return CategoryOut.of(found, counts.get(found.id, 0))


@routes.api("POST", "/{bot}/categories", needs=WRITE, status=201)
async def add(call: Call, bot: BotId, body: CategoryIn) -> CategoryOut:
    """Makes a category, in the first language of the bot."""
    from gutenbot_subscriptions import shelf

    desk = desk_of(call.app)
    language = _app(call).bots[bot].locale
    _check(call, bot, body.words())
    known = set(desk.book(bot).categories) | {one.id for one in desk.removed(bot)}
    made = Category(
        bot_id=bot, id=body.category or _id_from(body.name, known), language=language,
        words=MappingProxyType({language: body.words()}), passes_on=body.passes_on,
    )  # fmt: skip
    if made.id in {one.id for one in desk.declared(bot)}:
        raise FromCode(category=made.id, bot=bot)
    taken, now_ms = desk.taken(bot), _now_ms(call)

    def work(db: "sa.Connection") -> Category:
        kept = shelf.add(db, made, taken, now_ms=now_ms, by=call.actor.name)
        call.tell(f"made the category {body.name}", object="subscription", object_id=made.id, after=body.model_dump())
        return kept

    kept = await call.write(work)
    await desk.changed()
    return CategoryOut.of(kept, 0)


@routes.api("PUT", "/{bot}/categories/{category}", needs=WRITE)
async def change(call: Call, bot: BotId, category: str, body: CategoryChange) -> CategoryOut:
    """Changes a category, in its first language. With `version`, only when nobody else has changed it since."""
    from gutenbot_subscriptions import people

    before = _of_console(call, bot, category)
    after = replace(before, passes_on=body.passes_on)
    kept = await _put(call, after, before.language, body.words(), body.version)
    counts = await call.read(lambda db: people.counts(db, bot))
    return CategoryOut.of(kept, counts.get(category, 0))


@routes.api("DELETE", "/{bot}/categories/{category}", needs=WRITE)
async def remove(call: Call, bot: BotId, category: str) -> None:
    """Takes a category out of use. For some days it can be brought back, with the people in it."""
    from gutenbot_subscriptions import people, shelf

    desk, now_ms = desk_of(call.app), _now_ms(call)
    before = _of_console(call, bot, category)

    def work(db: "sa.Connection") -> None:
        count = people.counts(db, bot).get(category, 0)
        shelf.remove(db, bot, category, now_ms=now_ms, by=call.actor.name)
        name = before.words[before.language].name
        what = f"removed the category {name}, with {count} people in it"
        call.tell(what, object="subscription", object_id=category, before={"subscribers": count})

    await call.write(work)
    await desk.purge()
    await desk.changed()


@routes.api("POST", "/{bot}/categories/{category}/restore", needs=WRITE)
async def restore(call: Call, bot: BotId, category: str) -> CategoryOut:
    """Brings a removed category back, with the people in it."""
    from gutenbot_subscriptions import people, shelf

    desk, now_ms = desk_of(call.app), _now_ms(call)
    taken = desk.taken(bot)

    def work(db: "sa.Connection") -> tuple[Category, int]:
        kept = shelf.restore(db, bot, category, taken, now_ms=now_ms, by=call.actor.name)
        name = kept.words[kept.language].name
        call.tell(f"brought the category {name} back", object="subscription", object_id=category)
        return kept, people.counts(db, bot).get(category, 0)

    kept, count = await call.write(work)
    await desk.changed()
    return CategoryOut.of(kept, count)


# Languages ------------------------------------------------------------------------------------------------------------


@routes.api("GET", "/{bot}/categories/{category}/languages", needs=READ)
async def languages(call: Call, bot: BotId, category: str) -> Listed[LanguageOut]:
    """The words of a category in each of its languages."""
    return Listed(items=LanguageOut.all_of(desk_of(call.app).category(bot, category)))


@routes.api("POST", "/{bot}/categories/{category}/languages", needs=WRITE, status=201)
async def add_language(call: Call, bot: BotId, category: str, body: NewLanguage) -> LanguageOut:
    """Gives a category words in another language."""
    tag = _tag(body.language)
    return await _put_language(call, bot, category, tag, body.words(), None)


@routes.api("PUT", "/{bot}/categories/{category}/languages/{language}", needs=WRITE)
async def change_language(call: Call, bot: BotId, category: str, language: str, body: LanguageIn) -> LanguageOut:
    """Changes the words of a category in a language that it has."""
    if language not in _of_console(call, bot, category).words:
        raise UnknownLanguage(category=category, language=language)
    return await _put_language(call, bot, category, language, body.words(), body.version)


@routes.api("DELETE", "/{bot}/categories/{category}/languages/{language}", needs=WRITE)
async def remove_language(call: Call, bot: BotId, category: str, language: str) -> None:
    """Forgets the words of a category in a language; its first one stays."""
    from gutenbot_subscriptions import shelf

    now_ms = _now_ms(call)
    before = _of_console(call, bot, category)

    def work(db: "sa.Connection") -> None:
        shelf.drop_language(db, bot, category, language, now_ms=now_ms, by=call.actor.name)
        words = before.words.get(language)
        what = f"removed {language} from the category {before.words[before.language].name}"
        told = {"name": words.name, "words": words.all()} if words is not None else {}
        call.tell(what, object="subscription", object_id=category, before=told)

    await call.write(work)
    await desk_of(call.app).changed()


# People ---------------------------------------------------------------------------------------------------------------


@routes.api("GET", "/{bot}/categories/{category}/people", needs=READ)
async def members(call: Call, bot: BotId, category: str, limit: Limit = 50, after: After = "") -> Listed[MemberOut]:
    """The people in a category, by id."""
    from gutenbot_subscriptions import people

    found = desk_of(call.app).category(bot, category)
    rows = await call.read(lambda db: people.members(db, bot, found.id, after, limit))
    names = await asyncio.gather(*(_name_of(call, bot, user) for user, _, _ in rows))
    items = [
        MemberOut(user=user, name=name, since=from_ms(since), by=by)
        for (user, since, by), name in zip(rows, names, strict=True)
    ]
    return Listed(items=items, next=items[-1].user if len(items) == limit else None)


@routes.api("PUT", "/{bot}/categories/{category}/people/{user}", needs=WRITE)
async def put_in(call: Call, bot: BotId, category: str, user: str) -> None:
    """Puts a person into a category."""
    await desk_of(call.app).know(bot, user)
    await _switch(call, bot, category, user, subscribed=True)


@routes.api("DELETE", "/{bot}/categories/{category}/people/{user}", needs=WRITE)
async def take_out(call: Call, bot: BotId, category: str, user: str) -> None:
    """Takes a person out of a category."""
    await _switch(call, bot, category, user, subscribed=False)


@routes.api("GET", "/{bot}/people/{user}", needs=READ)
async def of_person(call: Call, bot: BotId, user: str) -> Listed[MembershipOut]:
    """All categories, and whether this person is in them."""
    from gutenbot_subscriptions import people

    desk = desk_of(call.app)
    await desk.know(bot, user)
    rows = await call.read(lambda db: people.of_person(db, bot, user))
    items = []
    for one in desk.book(bot).categories.values():
        subscribed, since_ms, by = rows.get(one.id, (False, 0, ""))
        since = from_ms(since_ms) if since_ms else None
        name = one.words[one.language].name
        items.append(MembershipOut(category=one.id, name=name, subscribed=subscribed, since=since, by=by))
    return Listed(items=items)


async def _switch(call: Call, bot: BotId, category: str, user: str, *, subscribed: bool) -> None:
    from gutenbot_subscriptions import people

    found = desk_of(call.app).category(bot, category)
    now_ms, name = _now_ms(call), found.words[found.language].name

    def work(db: "sa.Connection") -> None:
        changed = people.switch(
            db, bot, found.id, user, subscribed=subscribed, now_ms=now_ms, by=f"{call.actor.kind} {call.actor.name}"
        )
        what = f"put a person into {name}" if subscribed else f"took a person out of {name}"
        call.tell(what if changed else f"{what}: nothing changed", object="person", object_id=user,
                  after={"category": category, "subscribed": subscribed})  # fmt: skip

    await call.write(work)


async def _put_language(
    call: Call, bot: BotId, category: str, language: str, words: Words, version: int | None
) -> LanguageOut:
    kept = await _put(call, _of_console(call, bot, category), language, words, version)
    return next(one for one in LanguageOut.all_of(kept) if one.language == language)


async def _put(call: Call, before: Category, language: str, words: Words, version: int | None) -> Category:
    from gutenbot_subscriptions import shelf

    desk, now_ms = desk_of(call.app), _now_ms(call)
    _check(call, before.bot_id, words)
    after = replace(before, words=MappingProxyType({**before.words, language: words}))
    taken = desk.taken(before.bot_id)

    def work(db: "sa.Connection") -> Category:
        kept = shelf.change(db, after, language, taken, version=version, now_ms=now_ms, by=call.actor.name)
        old = before.words.get(language)
        call.tell(
            f"changed the category {words.name} ({language})", object="subscription", object_id=before.id,
            before=_told(old) if old is not None else None, after=_told(words),
        )  # fmt: skip
        return kept

    kept = await call.write(work)
    await desk.changed()
    return kept


def _told(words: Words) -> dict[str, object]:
    return {
        "name": words.name, "about": words.about, "join": list(words.join), "leave": list(words.leave),
        "joined": words.joined, "gone": words.gone,
    }  # fmt: skip


def _of_console(call: Call, bot: BotId, category: str) -> Category:
    found = desk_of(call.app).category(bot, category)
    if found.from_code:
        raise FromCode(category=category, bot=bot)
    return found


def _check(call: Call, bot: BotId, words: Words) -> None:
    library = _app(call).runtimes[bot].library
    for text in (words.joined, words.gone):
        check_text(text, library)


def _tag(text: str) -> str:
    found = _TAG.fullmatch(text.strip().replace("_", "-"))
    if found is None:
        raise NoLanguage(language=text)
    language, script, region = found.groups()
    return "-".join(part for part in (language.lower(), (script or "").title(), (region or "").upper()) if part)


def _id_from(name: str, known: set[str]) -> str:
    """Small letters, digits and hyphens; a number where there is one like it already."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].strip("-") or "category"
    number = 1
    while (found := slug if number == 1 else f"{slug}-{number}") in known:
        number += 1
    return found


async def _name_of(call: Call, bot: BotId, user: str) -> str:
    found = await call.app.people(bot).get(UserId(user))
    profile = found.profile if found is not None else {}
    return str(profile.get("full_name") or profile.get("name") or profile.get("first_name") or user[-4:].upper())


def _app(call: Call) -> App:
    assert isinstance(call.app, App)
    return call.app


def _now_ms(call: Call) -> int:
    return to_ms(call.app.clock.now())
