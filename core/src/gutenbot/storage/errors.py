"""What can go wrong with the database, in words for the person who runs it."""

from gutenbot.kernel.errors import AuthorMistake, Bug, Temporary, UserMistake


class StorageFull(Temporary):
    """The disk of {path} is full. Nothing was lost, but nothing new can be taken in until there is room again."""

    code = "storage.full"


class StorageInUse(UserMistake):
    """Another process ({owner}) already works on {path}. Stop it first, or give this one another data folder."""

    code = "storage.in-use"


class SecondWriter(Bug):
    """A second connection that writes to {path} was asked for. There is one, and it belongs to the process that holds the lock."""

    code = "storage.second-writer"


class NetworkFileSystem(UserMistake):
    """{path} lies on a network file system ({kind}), where SQLite cannot lock files safely. Use a local disk, or PostgreSQL."""

    code = "storage.network-file-system"


class StorageReadOnly(Temporary):
    """The database {path} cannot be written ({reason}). Check the disk and the permissions of its folder."""

    code = "storage.read-only"


class StorageNewer(UserMistake):
    """The database was made by a newer release (migration {found}, this release knows {known}). Install that release."""

    code = "storage.newer"


class LeaseLost(Temporary):
    """Conversation {conversation_id} is held by another owner now; this turn was dropped and changed nothing."""

    code = "storage.lease-lost"


class CorruptState(Bug):
    """The stored state of conversation {conversation_id} cannot be read ({reason}). It is set aside until it is repaired."""

    code = "storage.corrupt-state"


class StateTooLarge(AuthorMistake):
    """The state of conversation {conversation_id} would take {size} bytes; {limit} are allowed.

    Keep large things in a blob or outside."""

    code = "storage.state-too-large"


class NoDeadLetter(UserMistake):
    """There is no dead letter {seq} (it may have been replayed already)."""

    code = "storage.no-dead-letter"


class NotStorable(AuthorMistake):
    """A value cannot be kept as JSON ({reason}). Use text, numbers, true, false, null, lists and objects only."""

    code = "storage.not-storable"


class NoConversation(UserMistake):
    """There is no conversation {conversation_id}."""

    code = "storage.no-conversation"


class NoUser(UserMistake):
    """There is no user {user_id}."""

    code = "storage.no-user"


class BlobTooLarge(UserMistake):
    """The file has {size} bytes; {limit} are allowed."""

    code = "storage.blob-too-large"


class StorageSlow(Temporary):
    """Reading the database took longer than {limit_s} seconds and was stopped."""

    code = "storage.slow"


class MigrationFailed(AuthorMistake):
    """The migrations of {module} failed ({reason}). They were rolled back; the database is as it was before."""

    code = "storage.migration-failed"


class NotANumber(UserMistake):
    """The value at {place} is not a number, so nothing can be added to it."""

    code = "storage.not-a-number"


class StorageAway(Temporary):
    """The database cannot be reached ({reason}). Nothing was lost; it is tried again until the database is back."""

    code = "storage.away"
    uncertain = False
    """Whether the change may have happened all the same: its commit got no answer."""


class StorageBusy(Temporary):
    """Other work was in the way of this change {tries} times in a row. Nothing was written; try again."""

    code = "storage.busy"


class PostgresMissing(UserMistake):
    """The PostgreSQL driver is not installed. Install it with `pip install "gutenbot[postgres]"`."""

    code = "storage.postgres-missing"


class TransactionEnded(AuthorMistake):
    """A function over tables committed or rolled back by itself. Leave that to `read` and `write`; use `begin_nested` inside."""

    code = "storage.transaction-ended"
