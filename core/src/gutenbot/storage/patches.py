"""What a user is after a patch. For both engines."""

from typing import Any, NamedTuple

from gutenbot.storage.codec import decode_object
from gutenbot.storage.rows import UserPatch


class Patched(NamedTuple):
    """The columns that a patch changes."""

    attributes: dict[str, Any]
    profile: dict[str, Any]
    profile_ms: int


def patched(row: tuple[Any, ...], patch: UserPatch, now_ms: int) -> Patched:
    """Merges key by key into what is stored now (attributes, profile, profile_ms), so that no other change is lost (CON-08)."""
    attributes, profile, profile_ms = decode_object(row[0]), decode_object(row[1]), row[2]
    attributes.update(patch.set_attributes)
    for key in patch.unset_attributes:
        attributes.pop(key, None)
    if patch.profile is not None:
        profile.update(patch.profile)
        profile_ms = now_ms
    return Patched(attributes, profile, profile_ms)
