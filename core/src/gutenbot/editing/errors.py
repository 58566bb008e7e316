"""What cannot be done with content that people edit."""

from collections.abc import Mapping
from typing import Any, ClassVar

from gutenbot.kernel.errors import UserMistake


class ContentMistake(UserMistake):
    """The content cannot be changed so."""

    code = "content.mistake"
    status: ClassVar[int] = 422


class NoItem(ContentMistake):
    """There is no content item {item} in bot {bot}."""

    code = "content.no-item"
    status = 404


class NoText(ContentMistake):
    """{item} has no {what} in {locale}."""

    code = "content.no-text"
    status = 404


class NoRelease(ContentMistake):
    """There is no release {seq} of bot {bot}."""

    code = "content.no-release"
    status = 404


class NoComment(ContentMistake):
    """There is no comment {comment}."""

    code = "content.no-comment"
    status = 404


class WrongId(ContentMistake):
    """{item} cannot be the id of a content item: an id has letters, digits, `_`, `-` and `.`, as in `order.size`; 120 at most."""

    code = "content.wrong-id"


class WrongLocale(ContentMistake):
    """{locale} is no language tag, such as `fr` or `pt-BR`."""

    code = "content.wrong-locale"


class ItemExists(ContentMistake):
    """There is a content item {item} already. Choose another id, or edit that one."""

    code = "content.exists"
    status = 409


class ItemInUse(ContentMistake):
    """{item} is used in {count} places ({first}). Take it out there first, or archive it."""

    code = "content.in-use"
    status = 409
    details: Mapping[str, Any] = {}
    """`uses`: every place."""


class ItemInFiles(ContentMistake):
    """{item} stands in the file {place}. What the console has put over it can be reverted; the item itself is removed there."""

    code = "content.in-files"
    status = 409


class ChangedMeanwhile(ContentMistake):
    """{by} has changed {item} in {locale} meanwhile: {fields}. Nothing of yours was kept; look at both and decide."""

    code = "content.changed-meanwhile"
    status = 409

    def __init__(self, *, details: dict[str, Any], **fields: Any) -> None:
        self.details = details
        """version, by, at (ms), mine, theirs, same_fields: what a client needs to show both."""
        super().__init__(**fields)


class NotSound(ContentMistake):
    """{item} in {locale} cannot be published: {reason}"""

    code = "content.not-sound"


class NothingToPublish(ContentMistake):
    """{item} has no draft in {locale}."""

    code = "content.nothing-to-publish"
    status = 409


class NeedsReview(ContentMistake):
    """{item} in {locale} must be approved by another person before it is published here."""

    code = "content.needs-review"
    status = 409


class OwnReview(ContentMistake):
    """Nobody approves what they wrote themselves."""

    code = "content.own-review"
    status = 409


class Locked(ContentMistake):
    """Content is not edited on this server (`[content] overrides = "locked"`): change the files and deploy them."""

    code = "content.locked"
    status = 403


class NotUndone(ContentMistake):
    """Release {seq} cannot be undone: {reason}."""

    code = "content.not-undone"
    status = 409


class NotPlanned(ContentMistake):
    """Release {seq} does not wait to be published: it is {state}."""

    code = "content.not-planned"
    status = 409


class WrongMoment(ContentMistake):
    """{what} must lie in the future, and the end after the beginning; the time zone is a name such as `Europe/Paris`."""

    code = "content.wrong-moment"


class NoConflict(ContentMistake):
    """{item} has no conflict in {locale}: the file has not changed under it."""

    code = "content.no-conflict"
    status = 409


class NotYaml(ContentMistake):
    """This cannot be read as YAML: {reason}"""

    code = "content.not-yaml"


class NotInPlace(ContentMistake):
    """{item} stands in {place} in a form that cannot be changed in place: {reason}."""

    code = "content.not-in-place"


class WordingChanged(ContentMistake):
    """{by} has changed the words that are not used in {locale} meanwhile. Read them again; nothing of yours was kept."""

    code = "content.wording-changed"
    status = 409


class WrongWording(ContentMistake):
    """The words cannot be kept so: {reason}."""

    code = "content.wrong-wording"
