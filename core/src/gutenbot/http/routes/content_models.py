"""What the API answers about edited content."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from gutenbot.accounts.rows import Row
from gutenbot.content.problems import Problem
from gutenbot.editing.catalogue import Line
from gutenbot.editing.detail import ItemDetail, TextDetail, value_or_none
from gutenbot.editing.listing import Seen
from gutenbot.editing.text import Given
from gutenbot.editing.written import cleaned
from gutenbot.kernel.clock import from_ms

LONGEST_TEXT = 200_000
Words = Annotated[str, AfterValidator(cleaned)]
"""Words that are kept; what is no character is left out."""
State = Literal["live", "draft", "review", "scheduled", "missing", "stale", "conflict"]


class SourceOut(BaseModel):
    """Where an item comes from."""

    kind: Literal["code", "override", "console", "module"]
    place: str = Field(description="File and line, where there is one.")


class DoneOut(BaseModel):
    """When something was done, and by whom."""

    at: datetime
    by: str


class LocaleState(BaseModel):
    """An item's state in one language."""

    locale: str
    state: State


class ItemLine(BaseModel):
    """A line of the list of content."""

    id: str
    title: str
    words: str
    type: str
    tags: list[str]
    locales: list[LocaleState]
    state: str
    source: SourceOut
    variants: int
    used_by: int
    shown_7d: int
    clicked_7d: int
    edited: DoneOut | None
    version: int

    @classmethod
    def of(cls, line: Line, seen: Seen) -> "ItemLine":
        """From the catalogue."""
        shown, clicked = seen.shown.get(line.id, (0, 0))
        edited = DoneOut(at=from_ms(line.edited_ms), by=line.edited_by) if line.edited_ms else None
        states = [LocaleState.model_construct(locale=tag, state=state) for tag, state in line.locales.items()]
        source = SourceOut.model_construct(kind=line.source, place=line.place)
        return cls.model_construct(
            id=line.id, title=line.title, words=line.words, type=line.type, tags=list(line.tags), locales=states,
            state=line.state, source=source, variants=line.variants, used_by=seen.used_by(line), shown_7d=shown,
            clicked_7d=clicked, edited=edited, version=line.version,
        )  # fmt: skip


class FacetOut(BaseModel):
    """How many items have a value."""

    value: str
    count: int


class MissingKey(BaseModel):
    """An item that code says and that there is no text for."""

    item: str
    place: str


class FacetsOut(BaseModel):
    """How many items there are of each kind."""

    state: list[FacetOut]
    type: list[FacetOut]
    source: list[FacetOut]
    locale: list[FacetOut]
    collection: list[FacetOut]
    missing_keys: list[MissingKey]
    default_locale: str
    locales: list[str]
    overrides: Literal["allowed", "review", "locked"]
    """Whether content is edited on this server."""


class DefaultOut(BaseModel):
    """What the files say."""

    yaml: str
    value: Any
    place: str
    hash: str


class TextOut(BaseModel):
    """A revision."""

    revision: int
    yaml: str
    value: Any
    at: datetime
    by: str

    @classmethod
    def of(cls, row: Row | None) -> "TextOut | None":
        """From the stored row."""
        if row is None:
            return None
        return cls(
            revision=row["n"],
            yaml=row["source"],
            value=value_or_none(row["source"]),
            at=from_ms(row["at_ms"]),
            by=row["author"],
        )


class ConflictOut(BaseModel):
    """The file has changed under a text of the console: three texts as YAML."""

    base: str
    theirs: str
    mine: str


class ScheduleOut(BaseModel):
    """When a text goes live and ends."""

    at: datetime | None
    expires: datetime | None
    zone: str
    held: str = Field(description="Why it did not go live at its moment; empty where it did, or still will.")


class ReviewOut(BaseModel):
    """How far the review of a draft is."""

    state: Literal["asked", "approved", "sent-back"]
    reviewer: str
    by: str
    at: datetime | None = None


class LocaleOut(BaseModel):
    """An item in one language."""

    state: State
    default: DefaultOut | None
    live: TextOut | None
    draft: TextOut | None
    conflict: ConflictOut | None
    schedule: ScheduleOut | None
    review: ReviewOut | None
    stale: bool
    version: int
    """The item's version when this text last changed."""

    @classmethod
    def of(cls, detail: TextDetail) -> "LocaleOut":
        """From what is stored."""
        row, default = detail.row, detail.default
        at, expires = row.get("go_live_ms", 0), row.get("expire_ms", 0)
        schedule = (
            ScheduleOut(at=moment(at), expires=moment(expires), zone=row["zone"], held=detail.held)
            if at or expires
            else None
        )
        asked = row.get("review", "")
        review = ReviewOut(state=asked, reviewer=row["reviewer"], by=row["reviewed_by"]) if asked else None
        conflict = detail.conflict
        return cls(
            state=detail.state,  # type: ignore[arg-type]
            default=DefaultOut(yaml=default.source, value=default.value, place=default.place, hash=default.hash)
            if default
            else None,
            live=TextOut.of(detail.live),
            draft=TextOut.of(detail.draft),
            conflict=ConflictOut(**conflict) if conflict else None,
            schedule=schedule,
            review=review,
            stale=detail.state == "stale",
            version=row.get("version", 0),
        )


class VariableOut(BaseModel):
    """A name that an item takes from the code that says it."""

    name: str
    required: bool


class UseOut(BaseModel):
    """Where an item is used."""

    place: str
    kind: str
    words: str


class CountsOut(BaseModel):
    """How often it was shown and clicked."""

    shown_7d: int
    clicked_7d: int


class ItemOut(BaseModel):
    """Everything about an item."""

    id: str
    title: str
    description: str
    type: str
    tags: list[str]
    archived: bool
    source: SourceOut
    version: int
    locales: dict[str, LocaleOut]
    variables: list[VariableOut]
    uses: list[UseOut]
    counts: CountsOut
    comments_open: int

    @classmethod
    def of(cls, detail: ItemDetail, line: Line | None, **more: Any) -> "ItemOut":
        """From what is stored and what the list says of it."""
        return cls(
            id=detail.id, title=line.title if line else "", type=line.type if line else "messages",
            tags=list(line.tags) if line else [], archived=bool(detail.row.get("archived", 0)),
            source=SourceOut(kind=line.source if line else "console", place=line.place if line else ""),  # type: ignore[arg-type]
            version=int(detail.row.get("version", 0)),
            locales={tag: LocaleOut.of(one) for tag, one in detail.texts.items()}, comments_open=detail.comments_open, **more,
        )  # fmt: skip


class ProblemOut(BaseModel):
    """Something to mend in a text; line and column from 1, in the YAML of the value."""

    path: str = ""
    line: int
    column: int
    severity: Literal["error", "warning", "info"]
    code: str
    message: str
    hint: str
    channel: str | None = None

    @classmethod
    def of(cls, problem: Problem, path: str = "", channel: str | None = None) -> "ProblemOut":
        """From the compiler's."""
        return cls(
            path=path, line=problem.line, column=problem.column, severity=problem.severity, code=problem.code,
            message=problem.message, hint=problem.hint, channel=channel,
        )  # fmt: skip


class SavedOut(BaseModel):
    """A draft that was kept."""

    version: int
    revision: int = 0
    merged: bool = False
    """Somebody else's change of other fields is in it as well: read it again."""
    problems: list[ProblemOut] = []


class TextIn(BaseModel):
    """A text, as YAML or as a value."""

    yaml: str | None = Field(None, max_length=LONGEST_TEXT)
    value: Any = None

    def given(self) -> Given:
        """As the desk takes it."""
        return Given(self.yaml, self.value)


class DraftIn(TextIn):
    """A draft; `version` is that of the item which its author had read."""

    version: int | None = Field(None, ge=0)
    fields: list[str] | None = Field(None, max_length=500, description="Fields that changed; found out when missing.")


class NewItemIn(TextIn):
    """A new item."""

    id: str = Field(min_length=1, max_length=120)
    type: Words = Field("", max_length=60)
    locale: str = Field(max_length=20)


class PublishIn(BaseModel):
    """When and why a text is published."""

    version: int | None = Field(None, ge=0)
    reason: Words = Field("", max_length=500)
    at: AwareDatetime | None = None
    expires: AwareDatetime | None = None
    zone: Words = Field("", max_length=60)


class IdsOut(BaseModel):
    """Ids of items."""

    items: list[str]


class RevisionOut(BaseModel):
    """A state of a text."""

    n: int
    kind: str
    author: str
    at: datetime
    reason: str
    release: int | None
    of: int | None
    """The revision that it restored."""
    yaml: str
    value: Any

    @classmethod
    def from_row(cls, row: Row) -> "RevisionOut":
        """From the stored row."""
        return cls(
            n=row["n"], kind=row["kind"], author=row["author"], at=from_ms(row["at_ms"]), reason=row["reason"],
            release=row["release"] or None, of=row["of_n"] or None, yaml=row["source"], value=value_or_none(row["source"]),
        )  # fmt: skip


def moment(ms: int) -> datetime | None:
    """A stored moment; None for none."""
    return from_ms(ms) if ms else None
