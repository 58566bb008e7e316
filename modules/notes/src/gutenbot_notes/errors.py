"""What can go wrong with notes."""

from gutenbot.sdk import UserMistake


class UnknownNote(UserMistake):
    """There is no note {note} of the bot {bot}. It may have been removed."""

    code = "notes.unknown-note"
    status = 404


class UnknownPerson(UserMistake):
    """The bot {bot} knows no person {user}."""

    code = "notes.unknown-person"
    status = 404


class EmptyNote(UserMistake):
    """A note has words: 1 to {most} characters, and this one has {length}."""

    code = "notes.empty"


class NoteChanged(UserMistake):
    """{by} has changed this note meanwhile. Look at it as it is now, then change it."""

    code = "notes.changed-meanwhile"
    status = 409
