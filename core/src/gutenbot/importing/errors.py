"""Why nothing was imported. All are to be mended by who has the files; nothing was written then."""

from gutenbot.kernel.errors import UserMistake


class NothingToImport(UserMistake):
    """There is nothing of Botpress in {path}. Give a `content.yml`, a bot's folder, an export in JSON, or a `.tgz` or `.zip`
    of one."""

    code = "import.nothing"


class ArchiveRefused(UserMistake):
    """{path} was not opened: {reason} ({member}). An honest export has no such thing; unpack it yourself, look at it, and import
    the folder."""

    code = "import.archive-refused"


class Unreadable(UserMistake):
    """{path} cannot be read: {reason}. Export it again, or unpack it and import the folder."""

    code = "import.unreadable"


class AlreadyThere(UserMistake):
    """{folder} has {what} already: {names}. Nothing was written. Import with `--prefix old.` under other ids, or with
    `--keep-mine` without these."""

    code = "import.already-there"
