"""What can go wrong with subscriptions."""

from gutenbot.sdk import AuthorMistake, UserMistake


class UnknownCategory(UserMistake):
    """There is no category {category} of the bot {bot}. See the page Subscriptions for those that there are."""

    code = "subscriptions.unknown-category"
    status = 404


class UnknownPerson(UserMistake):
    """The bot {bot} knows no person {user}."""

    code = "subscriptions.unknown-person"
    status = 404


class UnknownLanguage(UserMistake):
    """The category {category} has no words in {language}."""

    code = "subscriptions.unknown-language"
    status = 404


class NoLanguage(UserMistake):
    """{language} is no language tag such as fr or pt-BR."""

    code = "subscriptions.no-language"


class FirstLanguageStays(UserMistake):
    """{language} is the first language of the category {category}: change its words instead of removing them."""

    code = "subscriptions.first-language-stays"
    status = 409


class WordTaken(UserMistake):
    """The word “{word}” is taken already: it is for {use}. Choose another one; whoever says it must get one thing only."""

    code = "subscriptions.word-taken"
    status = 409


class NoSuchText(UserMistake):
    """The text “{text}” cannot be said: {reason}"""

    code = "subscriptions.wrong-text"


class FromCode(UserMistake):
    """The category {category} is declared in the code of the bot {bot}; change it there. Its texts may be content items."""

    code = "subscriptions.from-code"
    status = 409


class CategoryExists(UserMistake):
    """There is a category {category} of the bot {bot} already, or it was removed and can be brought back."""

    code = "subscriptions.category-exists"
    status = 409


class ChangedMeanwhile(UserMistake):
    """Somebody else has changed the category {category} meanwhile. Look at it as it is now, then change it."""

    code = "subscriptions.changed-meanwhile"
    status = 409


class WordsClash(AuthorMistake):
    """Bot {bot} declares the word “{word}” twice: for {first} and for {second}. Take it out of one of them."""

    code = "subscriptions.words-clash"
