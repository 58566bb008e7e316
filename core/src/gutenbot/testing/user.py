"""A headless user: says, taps, sends, and sees what the bot answered."""

from collections.abc import Mapping
from mimetypes import guess_type
from typing import TYPE_CHECKING, Any

from gutenbot.events.incoming import (
    Attachment,
    AttachmentEvent,
    FormEvent,
    Incoming,
    LocationEvent,
    MessageEvent,
    PayloadEvent,
)
from gutenbot.events.messages import Button, FormMessage, Outgoing, QuickReply
from gutenbot.kernel.ids import ConversationId, UserId, conversation_id, user_id
from gutenbot.testing.notation import lines_of, offers, said, text_of

if TYPE_CHECKING:
    from gutenbot.testing.bot import TestBot


class TestUser:
    """Somebody who talks to the bot on one channel. Made by `testbot.user("Ann")`."""

    __test__ = False

    def __init__(self, testbot: "TestBot", name: str, channel: str, sender: str) -> None:
        self._testbot = testbot
        self.name = name
        self.channel = channel
        self.sender = sender
        self.thread = sender
        self.messages: list[Outgoing] = []
        """All that the bot has said, oldest first."""
        self.dialogue: list[str] = []
        """Both sides, line by line, in the notation of transcripts."""
        self.profile: dict[str, Any] = {}
        """What the channel tells of the person."""
        self.read_n = 0
        """Up to which position of the thread the user has read."""
        self.mark = 0
        """How many messages there were before the user's last action."""
        self._sent = 0

    @property
    def id(self) -> UserId:
        """The user's id in the bot (before it is linked to another user)."""
        return user_id(self._testbot.bot.id, self.channel, self.sender)

    @property
    def conversation_id(self) -> ConversationId:
        """The id of the conversation."""
        return conversation_id(self._testbot.bot.id, self.channel, self.thread)

    # Doing ----------------------------------------------------------------------------------------------------------

    async def says(self, text: str) -> None:
        """Writes words, and waits until the bot has answered."""
        await self.sends(MessageEvent(body=text))

    async def taps(self, title: str) -> None:
        """Taps a quick reply or a button that the bot has shown, by its title or payload."""
        await self.sends(_tapped(self._offered(title)))

    async def fills(self, values: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Fills in and sends the latest form, by the names of its fields."""
        form = next((m for m in reversed(self.messages) if isinstance(m, FormMessage)), None)
        given = {**(values or {}), **more}
        if form is None:
            raise AssertionError(self._told(f"{self.name} was shown no form to fill in."))
        names = [field.name for field in form.fields]
        if unknown := [name for name in given if name not in names]:
            raise AssertionError(self._told(f"The form has no field {', '.join(unknown)}; it has {', '.join(names)}."))
        await self.sends(FormEvent(form_id=form.form_id, values=given))

    async def sends_file(self, name: str, data: bytes = b"data", mime: str = "") -> None:
        """Sends a file, as it would be after an upload."""
        mime = mime or guess_type(name)[0] or "application/octet-stream"
        blob = await self._testbot.keep_blob(mime, name, data)
        file = Attachment(url=f"blob:{blob}", mime=mime, name=name, size=len(data), blob_id=blob)
        await self.sends(AttachmentEvent(attachments=(file,)))

    async def sends_location(self, latitude: float, longitude: float, title: str = "") -> None:
        """Sends a place; degrees north and east."""
        await self.sends(LocationEvent(latitude=latitude, longitude=longitude, title=title))

    async def sends(self, event: Incoming, *, external_id: str | None = None) -> None:
        """Sends any event, and waits until it is answered."""
        await self.sends_all([event], external_ids=[external_id] if external_id else None)

    async def sends_all(self, events: list[Incoming | str], *, external_ids: list[str] | None = None) -> None:
        """Sends several events (or words) at once, as a quick writer or a batch of a channel does."""
        self.acts()
        handed_in = [MessageEvent(body=event) if isinstance(event, str) else event for event in events]
        self.dialogue += [f"> {said(event)}" for event in handed_in]
        ids = external_ids or [self.new_external_id() for _ in handed_in]
        await self._testbot.accept([self._testbot.arrival(self, e, i) for e, i in zip(handed_in, ids, strict=True)])
        await self._testbot.settle()

    def new_external_id(self) -> str:
        """What the channel would call the next event."""
        self._sent += 1
        return f"{self.sender}-{self._sent}"

    def acts(self) -> None:
        """From here on counts what is new to `sees`."""
        self.mark = len(self.messages)

    # Seeing ---------------------------------------------------------------------------------------------------------

    @property
    def news(self) -> list[Outgoing]:
        """What the bot has said since the user's last action."""
        return self.messages[self.mark :]

    def sees(self, *texts: str) -> None:
        """Each text is part of a message since the user's last action, in this order (others may come in between)."""
        rest = [text_of(message) for message in self.news]
        for text in texts:
            place = next((index for index, shown in enumerate(rest) if text in shown), None)
            if place is None:
                raise AssertionError(self._told(f"{self.name} does not see {text!r}."))
            rest = rest[place + 1 :]

    def sees_nothing(self) -> None:
        """Nothing was said since the user's last action."""
        if any(lines_of(message) for message in self.news):
            raise AssertionError(self._told(f"{self.name} sees something, and should see nothing."))

    @property
    def transcript(self) -> str:
        """The whole dialogue in the notation of transcripts."""
        return "\n".join(self.dialogue)

    def takes(self, message: Outgoing) -> None:
        """The bot has said something more."""
        self.messages.append(message)
        self.dialogue += lines_of(message)

    def _told(self, problem: str) -> str:
        return f"{problem} The dialogue:\n\n{self.transcript or '(nothing was said)'}\n"

    # Tapping --------------------------------------------------------------------------------------------------------

    def _offered(self, title: str) -> QuickReply | Button:
        """The latest offer of this title or payload."""
        for message in reversed(self.messages):
            for offer in offers([message]):
                if title in (offer.title, _value(offer)):
                    return offer
        shown = " ".join(f"[{offer.title}]" for offer in offers(self.messages[-5:])) or "nothing"
        raise AssertionError(self._told(f"{self.name} cannot tap [{title}]: offered is {shown}."))


def _value(offer: QuickReply | Button) -> str:
    return (offer.payload if isinstance(offer, QuickReply) else offer.value) or offer.title


def _tapped(offer: QuickReply | Button) -> Incoming:
    """What arrives when this is tapped."""
    if isinstance(offer, Button):
        if offer.kind in ("link", "call", "copy"):
            raise AssertionError(f"Tapping [{offer.title}] sends nothing to the bot: it is a {offer.kind}.")
        if offer.kind == "say":
            return MessageEvent(body=_value(offer))
        return PayloadEvent(payload=_value(offer), title=offer.title)
    return PayloadEvent(payload=offer.payload, title=offer.title) if offer.payload else MessageEvent(body=offer.title)
