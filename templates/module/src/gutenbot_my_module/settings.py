"""What can be set: the console's form and the table in the README come from here."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """How many words are watched for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most_words: int = Field(100, ge=1, le=1000, description="Words that one bot may watch for.")


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The checked settings. Raises pydantic's `ValidationError`."""
    return Settings.model_validate(dict(values))
