"""From a name to wheels on the disk: the module's, and those of what it needs and this server lacks. Nothing is built or run."""

import asyncio
import hashlib
import shutil
from collections.abc import Awaitable, Callable
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from gutenbot.config.errors import SettingsMistake
from gutenbot.modules.load import CORE_VERSION
from gutenbot.modules.packages import CORE, installed_version, python_version
from gutenbot.modules.sources.pip_settings import PipSettings
from gutenbot.modules.sources.simple import ACCEPT, File, candidates, parse
from gutenbot.modules.sources.solve import Gathered, LacksNeeds, LacksPage, Release, solve
from gutenbot.modules.sources.web import NoAnswer, Web, shown
from gutenbot.modules.wheels import MOST_BYTES, BadPackage, Wheel, read_wheel

_PAGE = 64 << 20
_METADATA = 4 << 20
MOST_TRIES = 300
"""So many releases are looked at for what they need."""
Say = Callable[[str, str], Awaitable[None]]
"""`await say(stage, line)`: the stages are `resolve`, `download` and `verify`."""


class NotFoundThere(SettingsMistake):
    """No index of this server has a wheel of {wanted} that runs here. {hint}"""

    code = "modules.not-in-index"
    status = 404


class Collector:
    """Brings wheels into a folder, each with the hash that its index states (MOD-13). `replaces`: the folder of the version of the
    module that goes; what lies there is not here."""

    def __init__(self, pip: PipSettings, folder: Path, say: Say, replaces: Path | None = None) -> None:
        self._pip = pip
        self._folder = folder
        self._say = say
        self._replaces = replaces
        self._web = Web(
            pip.indexes,
            hosts=pip.trusted_hosts,
            proxy=pip.proxy,
            certificates=pip.certificates,
            timeout_s=pip.timeout_s,
        )
        self._size = sum(one.stat().st_size for one in folder.glob("*.whl"))
        self._known = Gathered(self._here, lambda name: metadata.requires(name) or ())
        self._files: dict[str, list[File]] = {}

    async def plan(self, wanted: Requirement) -> list[File]:
        """The files to bring, that of the wanted package first. Raises `NotFoundThere`, `NothingFits`, `NoAnswer`,
        `BlockedAddress`, `TooMuch`, `BadPackage`."""
        first = str(canonicalize_name(wanted.name))
        await self._look_at(first)
        fitting = self._known.releases[first]
        if not any(wanted.specifier.contains(one.version, prereleases=True) for one in fitting):
            hint = _hint(self._files[first], fitting)
            raise NotFoundThere(wanted=f"{wanted.name}{wanted.specifier}", hint=hint)
        releases = await self._solved(wanted)
        files = [one.file for one in releases if one.file is not None]
        for release in releases:
            assert release.file is not None
            await self._say("resolve", f"{release.name}: {release.version} ({release.file.name})")
        chosen = {one.name for one in files}
        for path in self._folder.glob("*.whl"):
            if path.name not in chosen:  # it was looked at, and another release fits
                path.unlink()
        return files

    async def bring(self, file: File) -> Wheel:
        """A wheel of the plan. Raises `NoAnswer`, `BlockedAddress`, `TooMuch`, `BadPackage`."""
        path = self._folder / file.name
        if not path.is_file():
            await self._download(file, path)
        await self._say("verify", f"{file.name}: the hash is right; looking at every file of it")
        return read_wheel(path, path.name)

    async def _solved(self, wanted: Requirement) -> list[Release]:
        """Brings what the solver lacks until it lacks nothing."""
        while True:
            try:
                return solve(wanted, self._known)
            except LacksPage as lacks:
                await self._look_at(lacks.name)
            except LacksNeeds as lacks:
                release = lacks.release
                if len(self._known.needs) >= MOST_TRIES:
                    reason = f"after {MOST_TRIES} releases nothing fits; name a version."
                    raise BadPackage(file=wanted.name, reason=reason) from None
                self._known.needs[release.name, release.version] = await self._needs(release)

    def _here(self, name: str) -> Version | None:
        if name == CORE:
            return Version(CORE_VERSION)
        found = installed_version(name)
        if found is None or self._replaces is None:
            return found
        place = Path(str(metadata.distribution(name).locate_file("")))
        return None if place.is_relative_to(self._replaces) else found

    async def _look_at(self, name: str) -> None:
        """Which releases there are."""
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
        if refused is not None and not files and "404" not in str(refused):
            raise refused
        best: dict[Version, Release] = {}
        for one in candidates(files, name, python_version()):
            best.setdefault(one.version, Release(name, one.version, one.file))
        self._known.releases[name] = list(best.values())
        self._files[name] = files

    async def _page(self, index: str, name: str) -> list[File]:
        url = f"{index}/{name}/"
        text, kind, found = await self._web.text(url, most=_PAGE, accept=ACCEPT)
        try:
            return parse(text, kind, found)
        except ValueError as error:
            raise NoAnswer(url=shown(url), reason=f"it is no page of an index: {error}") from None

    async def _needs(self, release: Release) -> list[str]:
        """What a release needs: its metadata say so by themselves, or the wheel does."""
        file = release.file
        assert file is not None
        if file.metadata is None or file.local:
            return list((await self.bring(file)).requires)
        text, _, _ = await self._web.text(f"{file.url}.metadata", most=_METADATA)
        if file.metadata and hashlib.sha256(text.encode()).hexdigest() != file.metadata:
            reason = "its metadata do not have the SHA-256 that the index states."
            raise BadPackage(file=file.name, reason=reason)
        return [str(one) for one in HeaderParser().parsestr(text).get_all("Requires-Dist") or ()]

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
        self._size += await asyncio.to_thread(lambda: path.stat().st_size)
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


def _hint(files: list[File], fitting: list[Release]) -> str:
    if fitting:
        return f"There is: {', '.join(str(one.version) for one in fitting[:10])}."
    if files:
        return "What there is needs another Python or another system, or is no wheel: nothing is built here."
    return "Is the name right?"
