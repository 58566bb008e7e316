"""The routes, at `/api/v1/m/my-module/…`: each has one permission, and each change leaves a line in the audit log."""

import sqlalchemy as sa
from pydantic import BaseModel, Field

from gutenbot.sdk import After, BotId, Call, Limit, Listed, Part
from gutenbot_my_module import service
from gutenbot_my_module.settings import settings_of

routes = Part()
READ = routes.permission(
    "my-module:read", "See words and how often they were said", roles=("agent", "analyst", "developer")
)
WRITE = routes.permission("my-module:write", "Add and remove words", roles=("developer",))


class Word(BaseModel):
    """A word that is watched for."""

    word: str
    heard: int


class WordIn(BaseModel):
    """A word to watch for."""

    word: str = Field(min_length=1, max_length=40, pattern=r"^\w+$", title="words.word", description="words.word_help")


class Total(BaseModel):
    """How often any of the words was said."""

    heard: int


@routes.api("GET", "/{bot}/words", needs=READ)
async def words(call: Call, bot: BotId, limit: Limit = 50, after: After = "") -> Listed[Word]:
    """The words of a bot, by the alphabet."""
    rows = await call.read(lambda db: service.listed(db, bot, limit, after))
    cursor = str(rows[-1]["word"]) if len(rows) == limit else None
    return Listed(items=[Word.model_validate(dict(row)) for row in rows], next=cursor)


@routes.api("GET", "/{bot}/top", needs=READ)
async def top(call: Call, bot: BotId) -> list[Word]:
    """The twelve words that were said most often."""
    rows = await call.read(lambda db: service.most_heard(db, bot, 12))
    return [Word.model_validate(dict(row)) for row in rows]


@routes.api("GET", "/{bot}/total", needs=READ)
async def total(call: Call, bot: BotId) -> Total:
    """How often any of the words was said."""
    return Total(heard=await call.read(lambda db: service.total(db, bot)))


@routes.api("POST", "/{bot}/words", needs=WRITE, status=201)
async def add(call: Call, bot: BotId, body: WordIn) -> Word:
    """Watches for a word from now on."""
    most = settings_of(call.app.module_settings.get("my-module", {})).most_words
    word = body.word.casefold()

    def work(db: sa.Connection) -> None:
        if service.add(db, bot, word, most):
            call.tell(f"watches for the word {word}", object="word", object_id=word)

    await call.write(work)
    return Word(word=word, heard=0)


@routes.api("DELETE", "/{bot}/words/{word}", needs=WRITE)
async def remove(call: Call, bot: BotId, word: str) -> None:
    """Watches for a word no more; its count is gone."""

    def work(db: sa.Connection) -> None:
        heard = service.remove(db, bot, word)
        call.tell(f"watches for the word {word} no more", object="word", object_id=word, before={"heard": heard})

    await call.write(work)
