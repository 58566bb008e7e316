"""The settings of content: whether people edit it on this server."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class ContentSettings(BaseModel):
    """The table `[content]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    overrides: Literal["allowed", "review", "locked"] = Field(
        default="allowed",
        description="Texts that people edit over those of the files: `allowed`; `review`: another person must approve each "
        "before it is published; `locked`: there are none, the files are the only truth.",
    )
