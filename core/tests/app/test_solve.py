"""Which release of each package fits all others; and who needs what, when none does. No network, no files."""

from collections.abc import Mapping, Sequence

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from gutenbot.modules.sources.simple import File
from gutenbot.modules.sources.solve import Gathered, LacksNeeds, LacksPage, NothingFits, Release, solve

Index = Mapping[str, Mapping[str, Sequence[str]]]
"""Package → version → what it needs."""
SERVER = {"gutenbot": "0.1.0", "here": "2.0"}
SERVER_NEEDS = {"here": ['soft>=1; extra == "fast"']}


def solved(wanted: str, index: Index, yanked: Sequence[str] = ()) -> list[str]:
    """What is to be brought, with an index like this."""

    def here(name: str) -> Version | None:
        return Version(SERVER[name]) if name in SERVER else None

    known = Gathered(here, lambda name: SERVER_NEEDS.get(name, ()))
    while True:
        try:
            return [one.said for one in solve(Requirement(wanted), known)]
        except LacksPage as lacks:
            versions = sorted(map(Version, index.get(lacks.name, {})), reverse=True)
            known.releases[lacks.name] = [
                Release(lacks.name, one, File(f"{lacks.name}-{one}", "", yanked=f"{lacks.name} {one}" in yanked))
                for one in versions
            ]
        except LacksNeeds as lacks:
            one = lacks.release
            known.needs[one.name, one.version] = index[one.name][str(one.version)]


CASES: dict[str, tuple[str, Index, list[str]]] = {
    "the newest": ("a", {"a": {"1.0": [], "2.0": []}}, ["a 2.0"]),
    "what was named": ("a==1.0", {"a": {"1.0": [], "2.0": []}}, ["a 1.0"]),
    "a finished one before one to try out": ("a", {"a": {"1.0": [], "2.0rc1": []}}, ["a 1.0"]),
    "one to try out where there is no other": ("a", {"a": {"2.0rc1": []}}, ["a 2.0rc1"]),
    "an older one, for the newest needs what is not there": (
        "a",
        {"a": {"1.0": [], "2.0": ["b>=2"]}, "b": {"1.0": []}},
        ["a 1.0"],
    ),
    "an older one, for the newest is for another Gutenbot": (
        "a",
        {"a": {"1.0": ["gutenbot>=0.1"], "2.0": ["gutenbot>=9"]}},
        ["a 1.0"],
    ),
    "an older one, for this server has another version": (
        "a",
        {"a": {"1.0": ["here>=1"], "2.0": ["here>=3"]}},
        ["a 1.0"],
    ),
    "what is here is not brought": ("a", {"a": {"1.0": ["here>=1", "b"]}, "b": {"1.0": []}}, ["a 1.0", "b 1.0"]),
    "an older one of what two need": (
        "a",
        {"a": {"1.0": ["b", "c<2"]}, "b": {"1.0": ["c"], "2.0": ["c>=2"]}, "c": {"1.0": [], "2.0": []}},
        ["a 1.0", "b 1.0", "c 1.0"],
    ),
    "far back": (
        "a",
        {"a": {"1": ["b"]}, "b": {str(n): [f"c=={n}"] for n in range(1, 30)}, "c": {"3": []}},
        ["a 1", "b 3", "c 3"],
    ),
    "extras": (
        "a",
        {
            "a": {"1.0": ["b[fast]>=1"]},
            "b": {"1.0": ["c", 'd>=1; extra == "fast"', 'e; extra == "other"']},
            "c": {"1": []},
            "d": {"1": []},
        },
        ["a 1.0", "b 1.0", "c 1", "d 1"],
    ),
    "extras of different wishes": (
        "a",
        {
            "a": {"1": ["b[x]", "c"]},
            "c": {"1": ["b[y]"]},
            "b": {"1": ['d; extra == "x"', 'e; extra == "y"']},
            "d": {"1": []},
            "e": {"1": []},
        },
        ["a 1", "b 1", "c 1", "d 1", "e 1"],
    ),
    "an extra of what is here": ("a", {"a": {"1": ["here[fast]"]}, "soft": {"1.5": []}}, ["a 1", "soft 1.5"]),
    "an older one, for an extra cannot be had": (
        "a",
        {"a": {"1": ["b"], "2": ["b[x]"]}, "b": {"1": ['nope; extra == "x"']}},
        ["a 1", "b 1"],
    ),
    "a circle": ("a", {"a": {"1": ["b"]}, "b": {"1": ["a"]}}, ["a 1", "b 1"]),
    "another spelling": ("My_A", {"my-a": {"1": ["The.B"]}, "the-b": {"1": []}}, ["my-a 1", "the-b 1"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_fits_is_found(case: str) -> None:
    wanted, index, expected = CASES[case]
    assert solved(wanted, index) == expected


def test_a_withdrawn_release_comes_only_when_it_is_named() -> None:
    index: Index = {"a": {"1.0": [], "2.0": []}}
    assert solved("a", index, ["a 2.0"]) == ["a 1.0"]
    assert solved("a==2.0", index, ["a 2.0"]) == ["a 2.0"]


WRONG: dict[str, tuple[Index, list[str]]] = {
    "a package that nobody has": (
        {"a": {"1.0": ["b"]}, "b": {"1.0": ["nope>=3"]}},
        ["a 1.0 → b 1.0 needs nope>=3.", "No index of this server has a wheel of nope that runs here."],
    ),
    "a version that nobody has": (
        {"a": {"1.0": ["b>=2"]}, "b": {"1.0": [], "0.9": []}}, ["a 1.0 needs b>=2.", "Of b there is 1.0, 0.9."],
    ),
    "two that want different versions": (
        {"a": {"1.0": ["b", "c"]}, "b": {"1.0": ["d<2"]}, "c": {"1.0": ["d>=2"]}, "d": {"1.0": [], "2.0": []}},
        ["a 1.0 → b 1.0 needs d<2.", "a 1.0 → c 1.0 needs d>=2.", "Of d there is 2.0, 1.0."],
    ),
    "another version than that of the server": ({"a": {"1.0": ["here>=3"]}}, ["a 1.0 needs here>=3.", "This server has here 2.0."]),
    "another Gutenbot": ({"a": {"1.0": ["gutenbot>=9"]}}, ["a 1.0 needs gutenbot>=9.", "This server has gutenbot 0.1.0."]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_told_with_the_whole_way_to_it(case: str) -> None:
    index, told = WRONG[case]
    with pytest.raises(NothingFits) as error:
        solved("a", index)
    for words in told:
        assert words in str(error.value)
