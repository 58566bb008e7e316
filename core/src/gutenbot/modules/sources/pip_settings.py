"""The index that this server's pip would ask: read from pip's own files and environment variables. pip itself is not run."""

import sys
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from pathlib import Path

from gutenbot.kernel.log import get_logger

log = get_logger("modules")
PYPI = "https://pypi.org/simple"
_SECTIONS = ("global", "download")
_TIMEOUT_S = 15.0
_NO = {"0", "false", "no", "off", ""}


@dataclass(frozen=True, slots=True)
class PipSettings:
    """What of pip's settings says where packages are."""

    indexes: tuple[str, ...] = (PYPI,)
    """Addresses of simple indexes (PEP 503); none with `no-index`."""
    find_links: tuple[str, ...] = ()
    """Folders with wheels."""
    trusted_hosts: tuple[str, ...] = ()
    """Hosts that files may come from wherever they are; an index may name files of others only on the public network."""
    proxy: str = ""
    certificates: str = ""
    """A file with the certificates to trust; empty: those of the system."""
    timeout_s: float = _TIMEOUT_S


def pip_settings(environ: Mapping[str, str], files: Sequence[Path] | None = None) -> PipSettings:
    """As pip finds them, the strongest last: its files, `PIP_…` variables. `files`: in place of those of this machine."""
    found: dict[str, str] = {}
    for file in files if files is not None else _files(environ):
        found |= _read(file)
    found |= {
        name.removeprefix("PIP_").lower().replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("PIP_") and value
    }
    none = found.get("no-index", "").lower() not in _NO
    addresses = () if none else (found.get("index-url", PYPI), *found.get("extra-index-url", "").split())
    return PipSettings(
        indexes=tuple(one.rstrip("/") for one in addresses if one.startswith(("https://", "http://"))),
        find_links=tuple(one for one in found.get("find-links", "").split() if "://" not in one),
        trusted_hosts=tuple(one.partition(":")[0].lower() for one in found.get("trusted-host", "").split()),
        proxy=found.get("proxy", ""),
        certificates=found.get("cert", ""),
        timeout_s=_seconds(found.get("timeout", found.get("default-timeout", ""))),
    )


def _files(environ: Mapping[str, str]) -> list[Path]:
    """Where pip looks, the weakest first."""
    one = environ.get("PIP_CONFIG_FILE", "")
    if one == "/dev/null":
        return []
    home = Path(environ.get("HOME") or "/nonexistent")
    own = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), home / ".pip/pip.conf", own / "pip/pip.conf"]
    return [*places, Path(sys.prefix) / "pip.conf", *([Path(one)] if one else [])]


def _read(file: Path) -> dict[str, str]:
    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, ConfigError) as error:
        log.warning("modules.pip_file_unreadable", file=str(file), error=type(error).__name__)
        return {}
    return {
        name.replace("_", "-"): value
        for section in _SECTIONS
        if parser.has_section(section)
        for name, value in parser[section].items()
    }


def _seconds(text: str) -> float:
    try:
        return min(300.0, max(1.0, float(text)))
    except ValueError:
        return _TIMEOUT_S
