"""What can go wrong. A docstring is the message; its fields fill the braces."""

from gutenbot.sdk import UserMistake


class TooManyWords(UserMistake):
    """A bot watches for {most} words at most. Remove one first, or raise `most_words` in the settings."""

    code = "my-module.too-many-words"


class NoWord(UserMistake):
    """The bot does not watch for “{word}”."""

    code = "my-module.no-word"
    status = 404
