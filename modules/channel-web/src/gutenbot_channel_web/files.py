"""Files that visitors send, and how they are read again."""

import asyncio
import re
from tempfile import SpooledTemporaryFile
from urllib.parse import quote

from starlette.responses import Response

from gutenbot.sdk import Attachment, AttachmentEvent, Bot, to_ms
from gutenbot_channel_web.arrivals import keep
from gutenbot_channel_web.call import Call, json_response
from gutenbot_channel_web.chat import Chat, owner_of
from gutenbot_channel_web.conversations import Owned
from gutenbot_channel_web.downloads import download
from gutenbot_channel_web.entries import relative
from gutenbot_channel_web.errors import Empty, FileType, NothingHere, NoUploads
from gutenbot_channel_web.parsing import message_id
from gutenbot_channel_web.rates import UPLOADS, UPLOADS_BY_ADDRESS
from gutenbot_channel_web.settings import BotSettings
from gutenbot_channel_web.sniffing import is_taken, type_of

IN_MEMORY = 256 << 10
"""A larger file waits on disk until all of it is there."""
AT_ONCE = 4
"""Files that are stored at the same time: each lies in memory meanwhile."""
NAME_LIMIT = 200
CACHE = "private, max-age=31536000, immutable"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff<>:"/\\|?*]')


class Uploads:
    """Takes files in, a few at a time."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def take_in(self, chat: Chat, call: Call, bot: Bot, conversation: str) -> Response:
        """`POST /conversations/{id}/files`."""
        visitor = await chat.visitor(call, bot.id)
        settings = chat.of(bot.id)
        if not settings.uploads:
            raise NoUploads
        identifier = message_id(call.query.get("id", ""))
        owned = await chat.conversations.get(visitor, conversation)
        chat.rates.take((UPLOADS, owner_of(visitor)), (UPLOADS_BY_ADDRESS, chat.address(call)))
        name = safe_name(call.query.get("name", ""))
        with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            await call.spool(file, settings.file_bytes, chat.app.clock.monotonic)
            async with self._slots:
                file.seek(0)
                data = await asyncio.to_thread(file.read)
                return await self._store(owned, identifier, name, data, settings)

    async def _store(self, owned: Owned, identifier: str, name: str, data: bytes, settings: BotSettings) -> Response:
        if not data:
            raise Empty
        mime = await asyncio.to_thread(type_of, data, name)
        if not is_taken(mime, settings.file_types):
            raise FileType(found=mime, allowed=", ".join(settings.file_types))
        now_ms = to_ms(self._chat.app.clock.now())
        blob = await self._chat.app.storage.put_blob(owned.bot, mime, name, data, now_ms)
        key = (await self._chat.signer()).file_key(owned.bot, blob)
        url = f"/web/{quote(owned.bot)}/files/{blob}?key={key}"
        attachment = Attachment(url=url, mime=mime, name=name, size=len(data), blob_id=blob)
        accepted = await keep(self._chat, owned, identifier, AttachmentEvent(attachments=(attachment,)))
        if accepted.duplicate and accepted.n is not None:
            attachment = await self._first(owned, accepted.n) or attachment
        shown = relative(attachment, owned.bot)
        return json_response({"n": accepted.n, "duplicate": accepted.duplicate, "attachment": shown})

    async def _first(self, owned: Owned, n: int) -> Attachment | None:
        """The file that came with this id the first time."""
        page = await self._chat.app.storage.thread(owned.id, after=n - 1, limit=1)
        body = page[0].body if page else None
        return body.attachments[0] if isinstance(body, AttachmentEvent) and body.attachments else None


async def read_file(chat: Chat, call: Call, bot: Bot, blob: str) -> Response:
    """`GET /files/{blob}?key=…`: who knows the key may read it."""
    if not (await chat.signer()).opens_file(bot.id, blob, call.query.get("key", "")):
        raise NothingHere
    found = await chat.app.storage.get_blob(bot.id, blob)
    if found is None:
        raise NothingHere
    mime, name, data = found
    return download(call, data, mime, name, CACHE)


def safe_name(name: str) -> str:
    """The last part of a name, without anything that a file system, a terminal or a header could misread."""
    last = re.split(r"[/\\]", name)[-1]
    clean = _UNSAFE.sub("_", last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if dot and len(clean) > NAME_LIMIT:
        clean = f"{stem[: NAME_LIMIT - 20]}.{ending[:19]}"
    return clean[:NAME_LIMIT] or "file"
