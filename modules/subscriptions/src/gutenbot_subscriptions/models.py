"""What the routes take and answer."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from pydantic.config import JsonDict

from gutenbot.sdk import from_ms
from gutenbot_subscriptions.categories import Category, Words

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
HIDDEN: JsonDict = {"x-hidden": True}


class WordsIn(BaseModel):
    """What a category is called in a language, the words that mean it, and what is answered."""

    name: Name = Field(title="subscriptions.field.name")
    about: Line = Field("", title="subscriptions.field.about", description="subscriptions.help.about")
    join_words: list[Word] = Field(
        default=[], max_length=30, title="subscriptions.field.join", description="subscriptions.help.words"
    )
    leave_words: list[Word] = Field(
        default=[], max_length=30, title="subscriptions.field.leave", description="subscriptions.help.words"
    )
    joined: Long = Field("", title="subscriptions.field.joined", description="subscriptions.help.text")
    gone: Long = Field("", title="subscriptions.field.gone", description="subscriptions.help.text")

    def words(self) -> Words:
        """As they are kept: empty lines and doubles are left out."""
        return Words(
            name=self.name, about=self.about, join=_clean(self.join_words), leave=_clean(self.leave_words),
            joined=self.joined, gone=self.gone,
        )  # fmt: skip


class CategoryIn(WordsIn):
    """A category to be, in the first language of its bot."""

    category: str = Field(
        "",
        max_length=40,
        pattern=r"^([a-z0-9][a-z0-9-]*)?$",
        title="subscriptions.field.id",
        description="subscriptions.help.id",
    )
    passes_on: bool = Field(
        default=False, title="subscriptions.field.passesOn", description="subscriptions.help.passesOn"
    )


class CategoryChange(WordsIn):
    """A category as it shall be, in its first language."""

    passes_on: bool = Field(
        default=False, title="subscriptions.field.passesOn", description="subscriptions.help.passesOn"
    )
    version: int | None = Field(None, ge=0, json_schema_extra=HIDDEN)


class LanguageIn(WordsIn):
    """Its words in another language."""

    version: int | None = Field(None, ge=0, json_schema_extra=HIDDEN)


class NewLanguage(WordsIn):
    """Its words in a language that it did not have."""

    language: str = Field(
        min_length=2, max_length=20, title="subscriptions.field.language", description="subscriptions.help.language"
    )


class CategoryOut(BaseModel):
    """A category, with how many people are in it."""

    category: str
    name: str
    about: str
    language: str
    languages: list[str]
    join_words: list[str]
    leave_words: list[str]
    joined: str
    gone: str
    passes_on: bool
    source: str = Field(description="`CODE` or `CONSOLE`.")
    version: int
    subscribers: int
    words: str = Field(description="Its words in one line.")
    removed: datetime | None = None

    @classmethod
    def of(cls, one: Category, subscribers: int) -> "CategoryOut":
        """From what is kept."""
        first = one.words[one.language]
        return cls(
            category=one.id, name=first.name, about=first.about, language=one.language, languages=sorted(one.words),
            join_words=list(first.join), leave_words=list(first.leave), joined=first.joined, gone=first.gone,
            passes_on=one.passes_on, source="CODE" if one.from_code else "CONSOLE", version=one.version,
            subscribers=subscribers, words=" · ".join(first.all()),
            removed=from_ms(one.removed_ms) if one.removed_ms else None,
        )  # fmt: skip


class LanguageOut(BaseModel):
    """The words of a category in a language."""

    category: str
    language: str
    first: bool
    name: str
    about: str
    join_words: list[str]
    leave_words: list[str]
    joined: str
    gone: str
    version: int
    words: str
    source: str = Field(description="`CODE` or `CONSOLE`, of the category.")

    @classmethod
    def all_of(cls, one: Category) -> "list[LanguageOut]":
        """Its languages, the first one first."""
        tags = sorted(one.words, key=lambda tag: (tag != one.language, tag))
        return [
            cls(
                category=one.id, language=tag, first=tag == one.language, name=words.name, about=words.about,
                join_words=list(words.join), leave_words=list(words.leave), joined=words.joined, gone=words.gone,
                version=one.version, words=" · ".join(words.all()), source="CODE" if one.from_code else "CONSOLE",
            )
            for tag, words in ((tag, one.words[tag]) for tag in tags)
        ]  # fmt: skip


class MemberOut(BaseModel):
    """A person in a category."""

    user: str
    name: str
    since: datetime
    by: str


class MembershipOut(BaseModel):
    """Whether a person is in a category."""

    category: str
    name: str
    subscribed: bool
    since: datetime | None
    by: str


class TotalsOut(BaseModel):
    """How much there is."""

    categories: int
    people: int


def _clean(words: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
