"""Which release of each package fits all others: the newest, or an older one where the newest needs what cannot be had.

Knows no network. What it lacks, a page of an index or what a wheel needs, it says by an exception; whoever drives it brings that
and asks again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from resolvelib import AbstractProvider, BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

from gutenbot.config.errors import SettingsMistake
from gutenbot.modules.sources.simple import File
from gutenbot.modules.wheels import wanted_by

MOST_ROUNDS = 5_000
MOST_TOLD = 6


class NothingFits(SettingsMistake):
    """{wanted} cannot be brought with all that it needs. {chain} A zip with wheels that fit each other settles it."""

    code = "modules.nothing-fits"
    status = 409


class LacksPage(Exception):
    """Nobody has looked yet which releases of a package there are."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class LacksNeeds(Exception):
    """Nobody has looked yet what a release needs."""

    def __init__(self, release: "Release") -> None:
        super().__init__(release.said)
        self.release = release


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a package, with the extras that are wanted of it."""

    name: str
    version: Version
    file: File | None = None
    """None: it is here, and cannot be replaced."""
    extras: frozenset[str] = frozenset()

    @property
    def said(self) -> str:
        """For people."""
        return f"{self.name} {self.version}"


@dataclass(slots=True)
class Gathered:
    """What is known so far."""

    here: Callable[[str], Version | None]
    """The version of a package that this server has; it stays as it is."""
    needs_of_here: Callable[[str], Sequence[str]]
    """Its lines `Requires-Dist`."""
    releases: dict[str, list[Release]] = field(default_factory=dict)
    """Name → those that run here, the best first."""
    needs: dict[tuple[str, Version], Sequence[str]] = field(default_factory=dict)
    """Lines `Requires-Dist` of those that somebody looked at."""


def solve(wanted: Requirement, known: Gathered) -> list[Release]:
    """What is to be brought, the wanted package first. Raises `LacksPage`, `LacksNeeds`, `NothingFits`."""
    provider = _Provider(known)
    try:
        found = Resolver(provider, BaseReporter()).resolve([wanted], max_rounds=MOST_ROUNDS)
    except ResolutionImpossible as error:
        raise NothingFits(wanted=str(wanted), chain=_chain(error.causes, provider)) from None
    except ResolutionTooDeep:
        raise NothingFits(wanted=str(wanted), chain="There are too many releases to try.") from None
    first = str(canonicalize_name(wanted.name))
    releases = [one for one in found.mapping.values() if one.file is not None]
    return sorted(releases, key=lambda one: (one.name != first, one.name))


class _Provider(AbstractProvider[Requirement, Release, str]):
    def __init__(self, known: Gathered) -> None:
        self.known = known
        self.asked_by: dict[str, Release] = {}
        """Package → a release that needs it."""

    def identify(self, requirement_or_candidate: Requirement | Release) -> str:
        return str(canonicalize_name(requirement_or_candidate.name))

    def get_preference(
        self,
        identifier: str,
        resolutions: Mapping[str, Release],
        candidates: Mapping[str, Iterator[Release]],
        information: Mapping[str, Iterator[Any]],
        backtrack_causes: Sequence[Any],
    ) -> Any:
        trouble = any(
            identifier in (self.identify(one.requirement), one.parent and one.parent.name) for one in backtrack_causes
        )
        return (self.known.here(identifier) is None, not trouble, identifier)

    def find_matches(
        self,
        identifier: str,
        requirements: Mapping[str, Iterator[Requirement]],
        incompatibilities: Mapping[str, Iterator[Release]],
    ) -> list[Release]:
        wanted = list(requirements[identifier])
        extras = frozenset(extra for one in wanted for extra in one.extras)
        bad = {one.version for one in incompatibilities[identifier] if one.extras == extras}
        fitting = [
            Release(one.name, one.version, one.file, extras)
            for one in self.releases_of(identifier)
            if one.version not in bad and all(_fits(need, one) for need in wanted)
        ]
        finished = [one for one in fitting if not one.version.is_prerelease]
        return finished or fitting

    def releases_of(self, name: str) -> list[Release]:
        """Those that there are; one that is here alone, for it stays."""
        here = self.known.here(name)
        if here is not None:
            return [Release(name, here)]
        if name not in self.known.releases:
            raise LacksPage(name)
        return self.known.releases[name]

    def is_satisfied_by(self, requirement: Requirement, candidate: Release) -> bool:
        return _fits(requirement, candidate) and requirement.extras <= candidate.extras

    def get_dependencies(self, candidate: Release) -> Iterable[Requirement]:
        if candidate.file is None:
            lines = self.known.needs_of_here(candidate.name) if candidate.extras else ()
            plain = {str(one) for one in wanted_by(lines)}
            found = [one for one in wanted_by(lines, candidate.extras) if str(one) not in plain]
        elif (lines_of := self.known.needs.get((candidate.name, candidate.version))) is not None:
            found = wanted_by(lines_of, candidate.extras)
        else:
            raise LacksNeeds(candidate)
        for one in found:
            self.asked_by[self.identify(one)] = candidate
        return found


def _fits(need: Requirement, release: Release) -> bool:
    if (
        release.file is not None
        and release.file.yanked
        and not any(one.operator in ("==", "===") for one in need.specifier)
    ):
        return False
    return need.specifier.contains(release.version, prereleases=True)


def _chain(causes: Iterable[Any], provider: _Provider) -> str:
    """Who needs what that nothing meets, from the package that was asked for on."""
    found: list[str] = []
    names: list[str] = []
    for cause in causes:
        need = f"{cause.requirement.name}{cause.requirement.specifier}"
        if cause.parent is not None:
            found.append(f"{_way(cause.parent, provider)} needs {need}.")
        names.append(provider.identify(cause.requirement))
    there = [_there(name, provider) for name in dict.fromkeys(names)]
    return " ".join([*list(dict.fromkeys(found))[:MOST_TOLD], *there])


def _way(release: Release, provider: _Provider) -> str:
    way, seen = [release.said], {release.name}
    above = provider.asked_by.get(release.name)
    while above is not None and above.name not in seen:
        seen.add(above.name)
        way.insert(0, above.said)
        above = provider.asked_by.get(above.name)
    return " → ".join(way)


def _there(name: str, provider: _Provider) -> str:
    here = provider.known.here(name)
    if here is not None:
        return f"This server has {name} {here}."
    versions = list(dict.fromkeys(str(one.version) for one in provider.known.releases.get(name, ())))
    if not versions:
        return f"No index of this server has a wheel of {name} that runs here."
    more = f" and {len(versions) - MOST_TOLD} more" if len(versions) > MOST_TOLD else ""
    return f"Of {name} there is {', '.join(versions[:MOST_TOLD])}{more}."
