"""What can be set of subscriptions."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NAME = "subscriptions"
MENU = (
    "MANAGE_SUBSCRIPTIONS",
    "subscriptions",
    "my subscriptions",
    "abonnements",
    "mes abonnements",
    "abos",
    "meine abos",
    "اشتراكات",
    "اشتراكاتي",
)


class SubscriptionSettings(BaseModel):
    """Settings of the module."""

    model_config = ConfigDict(extra="forbid")

    manage_words: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]] = Field(
        default=list(MENU),
        max_length=50,
        title="Words for the menu",
        description="Whoever says exactly one of these, in any case, sees what they get and can change it.",
    )
    keep_removed_days: int = Field(
        default=7,
        ge=0,
        le=365,
        title="Removed categories are kept for",
        description="So long a removed category can be brought back, with the people in it.",
        json_schema_extra={"x-unit": "days"},
    )
