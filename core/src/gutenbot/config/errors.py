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


class WrongSealKey(SettingsMistake):
    """The key of secrets in {where} is not right: it must be 32 random bytes in base64, as `openssl rand -base64 32` makes them."""

    code = "settings.wrong-seal-key"


class SealBroken(SettingsMistake):
    """The secret {name} cannot be read: it was sealed with another key. Bring the key back, or set the secret anew."""

    code = "settings.seal-broken"
