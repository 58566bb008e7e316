"""From a name to wheels on the disk: the module's, and those of what it needs and this server lacks. Nothing is built or run."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gutenbot.config.errors import SettingsMistake
from gutenbot.modules.packages import CORE, installed_version, python_version
from gutenbot.modules.sources.pip_settings import PipSettings
from gutenbot.modules.sources.simple import ACCEPT, Candidate, File, candidates, choose, parse
from gutenbot.modules.sources.web import NoAnswer, Web, shown
from gutenbot.modules.wheels import MOST_BYTES, BadPackage, Wheel, read_wheel, wanted_by

_PAGE = 64 << 20
Say = Callable[[str, str], Awaitable[None]]
"""`await say(stage, line)`: the stages are `resolve`, `download` and `verify`."""


class NotFoundThere(SettingsMistake):
    """No index of this server has a wheel of {wanted} that runs here. {hint}"""

    code = "modules.not-in-index"
    status = 404


class Collector:
    """Brings wheels into a folder, each with the hash that its index states (MOD-13)."""

    def __init__(self, pip: PipSettings, folder: Path, say: Say) -> None:
        self._pip = pip
        self._folder = folder
        self._say = say
        self._web = Web(
            pip.indexes,
            hosts=pip.trusted_hosts,
            proxy=pip.proxy,
            certificates=pip.certificates,
            timeout_s=pip.timeout_s,
        )
        self._size = sum(one.stat().st_size for one in folder.glob("*.whl"))

    async def bring(self, wanted: Requirement) -> Wheel:
        """The wheel that fits. Raises `NotFoundThere`, `NoAnswer`, `BlockedAddress`, `TooMuch`, `BadPackage`."""
        chosen = await self._resolve(wanted)
        path = self._folder / chosen.file.name
        await self._download(chosen.file, path)
        await self._say("verify", f"{chosen.file.name}: the hash is right; looking at every file of it")
        return read_wheel(path, path.name)

    async def _resolve(self, wanted: Requirement) -> Candidate:
        name = str(canonicalize_name(wanted.name))
        files = list(_in_folders(self._pip.find_links))
        refused: NoAnswer | None = None
        for index in self._pip.indexes:
            try:
                found = await self._page(index, name)
            except NoAnswer as error:
                refused = error
                continue
            await self._say("resolve", f"{shown(index)} has {len(found)} files of {name}")
            files += found
        all_of_it = candidates(files, name, python_version())
        chosen = choose(all_of_it, wanted.specifier)
        if chosen is None:
            if refused is not None and not files and "404" not in str(refused):
                raise refused
            raise NotFoundThere(wanted=f"{wanted.name}{wanted.specifier}", hint=_hint(files, all_of_it))
        await self._say("resolve", f"{name}: {chosen.version} ({chosen.file.name})")
        return chosen

    async def _page(self, index: str, name: str) -> list[File]:
        url = f"{index}/{name}/"
        text, kind, found = await self._web.text(url, most=_PAGE, accept=ACCEPT)
        try:
            return parse(text, kind, found)
        except ValueError as error:
            raise NoAnswer(url=shown(url), reason=f"it is no page of an index: {error}") from None

    async def _download(self, file: File, path: Path) -> None:
        if file.local:
            local = Path(file.url)
            await self._say("download", f"{file.name} from {local.parent}")
            shutil.copyfile(local, path)
            return
        if not file.sha256:
            raise BadPackage(file=file.name, reason="the index states no SHA-256 of it.")
        await self._say("download", f"{file.name} from {shown(file.url)}")
        digest = await self._web.save(file.url, path, most=MOST_BYTES - self._size)
        if digest != file.sha256:
            reason = "what came does not have the SHA-256 that the index states."
            raise BadPackage(file=file.name, reason=reason)


def _in_folders(folders: tuple[str, ...]) -> list[File]:
    """The wheels in folders of `find-links`; they are of this machine, and state no hash."""
    return [
        File(path.name, str(path), local=True)
        for folder in folders
        if Path(folder).is_dir()
        for path in Path(folder).glob("*.whl")
    ]


def lacking(wheel: Wheel) -> list[Requirement]:
    """What a wheel needs and this server does not have."""
    return [need for need in wanted_by(wheel.requires) if not _is_here(need)]


def _is_here(need: Requirement) -> bool:
    have = installed_version(str(canonicalize_name(need.name)))
    is_core = canonicalize_name(need.name) == CORE
    return is_core or (have is not None and need.specifier.contains(have, prereleases=True))


def _hint(files: list[File], fitting: list[Candidate]) -> str:
    if fitting:
        versions = ", ".join(dict.fromkeys(str(one.version) for one in fitting[:10]))
        return f"There is: {versions}."
    if files:
        return "What there is needs another Python or another system, or is no wheel: nothing is built here."
    return "Is the name right?"
