"""The error family. A class docstring is the message, its fields fill the placeholders, `code` names its page."""

from typing import Any, ClassVar


class GutenbotError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self._message())

    def _message(self) -> str:
        template = " ".join((type(self).__doc__ or "").split())
        try:
            return template.format(**self.fields)
        except (KeyError, IndexError, AttributeError):
            return f"{template} {self.fields}"


class UserMistake(GutenbotError):
    """The request cannot be carried out as it is."""

    code = "user-mistake"


class AuthorMistake(GutenbotError):
    """The bot's code or content has a mistake that its author can mend."""

    code = "author-mistake"


class Temporary(GutenbotError):
    """It did not work this time; trying again later may."""

    code = "temporary"


class Bug(GutenbotError):
    """Gutenbot itself is wrong here; please report it."""

    code = "bug"
