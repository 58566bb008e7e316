"""What the API takes and answers about releases: texts that go live together."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from gutenbot.accounts.rows import Row
from gutenbot.http.routes.content_models import Words, moment


class Placed(BaseModel):
    """A text: which item in which language."""

    id: str = Field(max_length=121)
    locale: str = Field(max_length=20)


class ReleaseIn(BaseModel):
    """Texts that are published together."""

    name: Words = Field("", max_length=120)
    items: list[Placed] = Field(min_length=1, max_length=500)
    reason: Words = Field("", max_length=500)
    at: AwareDatetime | None = None
    expires: AwareDatetime | None = None
    zone: Words = Field("", max_length=60)


class ReleasedOut(BaseModel):
    """The number of a release."""

    release: int


class ReleasedText(BaseModel):
    """A text of a release."""

    id: str
    locale: str
    held: str = Field(description="Why it may not go live as planned; empty where nothing is against it.")


class ReleaseOut(BaseModel):
    """A release: what went live together, and on how many workers it is."""

    seq: int
    name: str
    state: Literal["scheduled", "held", "live", "undone", "cancelled", "failed"]
    live_on: int
    workers: int
    at: datetime | None
    goes: datetime | None
    by: str
    reason: str
    undoes: int | None
    items: list[ReleasedText]

    @classmethod
    def of(cls, row: Row, live: tuple[int, int]) -> "ReleaseOut":
        """From the stored row, and on how many workers of how many it is."""
        items = [ReleasedText(id=one["id"], locale=one["locale"], held=one.get("held", "")) for one in row["items"]]
        return cls(
            seq=row["seq"], name=row["name"], state=row["state"], live_on=live[0], workers=live[1],
            at=moment(row["live_ms"]), goes=moment(row["go_ms"]), by=row["author"], reason=row["reason"],
            undoes=row["undoes"] or None, items=items,
        )  # fmt: skip
