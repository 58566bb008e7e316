"""What cannot be done with the media library."""

from gutenbot.editing.errors import ContentMistake


class NoMedia(ContentMistake):
    """There is no such file in the media library: {media}."""

    code = "media.none"
    status = 404


class MediaNameTaken(ContentMistake):
    """There is a file called {name} in the media library already. Choose another name, or replace that file."""

    code = "media.name-taken"
    status = 409


class WrongMediaName(ContentMistake):
    """{name} cannot be the name of a file: {reason}."""

    code = "media.wrong-name"


class NotMedia(ContentMistake):
    """{name} is not taken into the media library: {reason}."""

    code = "media.not-taken"
    status = 415


class MediaTooLarge(ContentMistake):
    """{name} is too large: {reason}."""

    code = "media.too-large"
    status = 413


class MediaInUse(ContentMistake):
    """{name} is in use: {uses}. Replace it, or take it out there first."""

    code = "media.in-use"
    status = 409


class MediaChanged(ContentMistake):
    """{name} was changed by {by} meanwhile: look at it again."""

    code = "media.changed-meanwhile"
    status = 409
