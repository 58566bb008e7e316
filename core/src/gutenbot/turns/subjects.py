"""The user and the conversation as dialogs see them: stored values under this turn's changes."""

from typing import Any

import msgspec

from gutenbot.dialogs.errors import NotStorable
from gutenbot.events.incoming import UserText
from gutenbot.turns.turn import Turn

_encode = msgspec.json.Encoder(enc_hook=str).encode
_decode = msgspec.json.Decoder().decode


class UserSubject:
    """The person: attributes with this turn's changes on top."""

    __slots__ = ("_turn",)

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    @property
    def id(self) -> str:
        """The user's id."""
        return self._turn.loaded.user.user_id

    @property
    def profile(self) -> dict[str, Any]:
        """What the channel told, with what it told just now."""
        stored = self._turn.loaded.user.profile
        return stored if self._turn.profile is None else {**stored, **self._turn.profile}

    def read(self, key: str) -> Any:
        """A value; raises KeyError."""
        if key in self._turn.unset_attributes:
            raise KeyError(key)
        if key in self._turn.set_attributes:
            return self._turn.set_attributes[key]
        return self._turn.loaded.user.attributes[key]

    def keys(self) -> list[str]:
        """The names of all values (those of Gutenbot's own start with an underscore and are left out)."""
        known = {**self._turn.loaded.user.attributes, **self._turn.set_attributes}
        return [key for key in known if key not in self._turn.unset_attributes and not key.startswith("_")]

    def write(self, key: str, value: Any) -> None:
        """Sets a value with the turn."""
        self._turn.set_attributes[key] = storable(key, value)
        self._turn.unset_attributes.discard(key)

    def delete(self, key: str) -> None:
        """Removes a value with the turn."""
        self._turn.set_attributes.pop(key, None)
        self._turn.unset_attributes.add(key)

    def tag(self, name: str, value: str) -> None:
        """Tags the person with the turn."""
        self._turn.tags[name.upper()] = value
        self._turn.untag.discard(name.upper())

    def untag(self, name: str) -> None:
        """Takes a tag off with the turn."""
        self._turn.tags.pop(name.upper(), None)
        self._turn.untag.add(name.upper())

    def view(self) -> dict[str, Any]:
        """Profile and attributes together, for templates and conditions; attributes win."""
        return {**self.profile, **{key: self.read(key) for key in self.keys()}}


class ConversationSubject:
    """The thread: its variables."""

    __slots__ = ("_turn",)

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def _values(self) -> dict[str, Any]:
        turn = self._turn
        return turn.loaded.conversation.variables if turn.variables is None else turn.variables

    def _own(self) -> dict[str, Any]:
        if self._turn.variables is None:
            self._turn.variables = dict(self._turn.loaded.conversation.variables)
        return self._turn.variables

    def read(self, key: str) -> Any:
        """A value; raises KeyError."""
        return self._values()[key]

    def keys(self) -> list[str]:
        """The names of all values (those of Gutenbot's own start with an underscore and are left out)."""
        return [key for key in self._values() if not key.startswith("_")]

    def write(self, key: str, value: Any) -> None:
        """Sets a value with the turn."""
        self._own()[key] = storable(key, value)

    def delete(self, key: str) -> None:
        """Removes a value with the turn."""
        self._own().pop(key, None)

    def view(self) -> dict[str, Any]:
        """All values, for templates."""
        return {key: value for key, value in self._values().items() if not key.startswith("_")}


def storable(key: str, value: Any) -> Any:
    """The value as JSON gives it back. Raises `NotStorable`."""
    if type(value) in (str, int, bool, type(None)):
        return value
    if isinstance(value, UserText):
        return str(value)
    try:
        return _decode(_encode(msgspec.to_builtins(value, enc_hook=_text_only)))
    except (TypeError, ValueError, msgspec.MsgspecError) as error:
        raise NotStorable(where=key, what=f"a {type(value).__name__}", reason=str(error)) from error


def _text_only(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no plain data")
