"""What can go wrong when a database is copied, in words for the person who does it."""

from gutenbot.kernel.errors import Bug, Temporary, UserMistake


class NotABackup(UserMistake):
    """{file} is not a backup of Gutenbot ({reason})."""

    code = "copies.not-a-backup"


class BackupDamaged(UserMistake):
    """{file} is damaged ({reason}). Nothing was taken from it. Use another backup."""

    code = "copies.damaged"


class BackupNewer(UserMistake):
    """{file} was made by a newer release (its format is {found}, this release reads up to {known}). Install that release."""

    code = "copies.backup-newer"


class FileExists(UserMistake):
    """{file} exists already, and backups overwrite nothing. Choose another name."""

    code = "copies.file-exists"


class NoRoomForCopy(Temporary):
    """{folder} has room for {free} MB, but about {needed} MB are needed. Make room, or name a file on another disk."""

    code = "copies.no-room"


class UnknownType(UserMistake):
    """{table}.{column} has the type {type}, which cannot be copied. Its module should use another one, or be left out."""

    code = "copies.unknown-type"


class UnknownTables(UserMistake):
    """{tables} belong to no installed module, so nobody knows how to make them at the other end. Install the modules they
    belong to, or leave them out with `--skip-unknown`."""

    code = "copies.unknown-tables"


class MissingModules(UserMistake):
    """The backup holds tables of modules that are not installed: {modules}. Install them, or leave them out with
    `--skip-unknown`."""

    code = "copies.missing-modules"


class ValueUnfit(UserMistake):
    """{table}.{column} holds a text with a NUL character, which PostgreSQL cannot keep. Mend it with the module it belongs to."""

    code = "copies.value-unfit"


class CopyDiffers(Bug):
    """{table} has {found} in the copy, not {wanted}. The copy is not used; nothing was changed at either end."""

    code = "copies.differs"


class TargetNotEmpty(UserMistake):
    """{target} is not empty ({found}). Name an empty one{replace}."""

    code = "copies.target-not-empty"


class TargetInUse(UserMistake):
    """{workers} servers work on {target} now. Stop them first."""

    code = "copies.target-in-use"


class WrongTarget(UserMistake):
    """{target} is no place that a database can be copied to. Write `postgresql://user:password@host/name`{more}."""

    code = "copies.wrong-target"


class NothingToCopy(UserMistake):
    """There is no database at {path}."""

    code = "copies.no-source"


class DatabaseMoved(UserMistake):
    """{path} was moved to {to} on {when}, so it is not used any more. Set `database_url` to the new place.
    If you really want to go on here, run `gutenbot move --undo` (or delete {marker}) and stop whatever runs there."""

    code = "copies.moved"


class HalfMoved(UserMistake):
    """{path} is being moved to {to}, and the move is not finished. Run `gutenbot move` again to finish it, or
    `gutenbot move --undo` (or delete {marker}) to stay here."""

    code = "copies.half-moved"


class HalfCopied(UserMistake):
    """This database is the unfinished end of a move from {source}. Run `gutenbot move` there again to finish it."""

    code = "copies.half-copied"


class DatabaseRefused(UserMistake):
    """{place} refused to be copied ({reason}). Nothing was changed. Look at the rights of its user and at its settings."""

    code = "copies.refused"


class OtherInstance(UserMistake):
    """The backup was not made at this place, so `--same-instance` does not hold. Restore without it, make sure that the
    original does not run any more, then allow sending with `gutenbot sending unlock`."""

    code = "copies.other-instance"
