"""What may be asked of an index: a name and a version, never an address."""

from packaging.requirements import InvalidRequirement, Requirement

from gutenbot.config.errors import SettingsMistake


class BadName(SettingsMistake):
    """{name} is no name of a package, or {version} no version of one."""

    code = "modules.bad-name"
    status = 422


def wanted_of(name: str, version: str) -> Requirement:
    """What is asked for: a name and a version, never an address. Raises `BadName`."""
    try:
        found = Requirement(f"{name}=={version}" if version else name)
    except InvalidRequirement:
        raise BadName(name=name[:100], version=version[:50] or "(any)") from None
    if found.url or found.marker or (not version and found.specifier):
        raise BadName(name=name[:100], version=version[:50] or "(any)")
    return found
