"""What can be wrong with settings that are made in the console."""

from typing import ClassVar

from gutenbot.kernel.errors import UserMistake


class SettingsMistake(UserMistake):
    """These settings cannot be kept."""

    code = "settings.mistake"
    status: ClassVar[int] = 400


class SettingsChanged(SettingsMistake):
    """Somebody else has changed {names} meanwhile. Look at what it is now, then change it again."""

    code = "settings.changed"
    status = 409
