"""What can be set of notes."""

from pydantic import BaseModel, ConfigDict, Field

NAME = "notes"


class NoteSettings(BaseModel):
    """Settings of the module."""

    model_config = ConfigDict(extra="forbid")

    keep_removed_days: int = Field(
        default=7,
        ge=0,
        le=365,
        title="Removed notes are kept for",
        description="So long a removed note can be brought back; then it is gone, with its edits.",
        json_schema_extra={"x-unit": "days"},
    )
