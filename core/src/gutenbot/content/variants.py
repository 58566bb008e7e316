"""Variants of an item: several ways to say it, of which one is chosen each time."""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from gutenbot.content.values import Condition, Scope

if TYPE_CHECKING:
    from gutenbot.content.items import Entry

How = Literal["random", "weighted", "sequence", "segment"]
"""`random`: each as often. `weighted`: by its share. `sequence`: one after the other, for each person. `segment`: the first
whose condition holds."""
HOWS: tuple[str, ...] = get_args(How)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say an item."""

    name: str
    entries: "tuple[Entry, ...]"
    share: float = 1.0
    """How often it is said, against the shares of the others. 0: never."""
    conditions: tuple[Condition, ...] = ()


class Memory(Protocol):
    """What was said before to whom, as far as choosing needs it."""

    def position(self, item: str) -> int:
        """How often a variant of this item was chosen for this person before; counts this time."""
        ...

    def chose(self, item: str, variant: str) -> None:
        """A variant was chosen: for the record of the turn."""
        ...


def choose(item: str, variants: tuple[Variant, ...], how: str, scope: Scope, memory: Memory | None) -> Variant | None:
    """The variant that is said now; None when the condition of none holds."""
    fitting = [one for one in variants if all(condition.holds(scope) for condition in one.conditions)]
    if how == "weighted":
        fitting = [one for one in fitting if one.share > 0]
    if not fitting:
        return None
    chosen = _chosen(item, fitting, how, scope.random, memory)
    if memory is not None:
        memory.chose(item, chosen.name)
    return chosen


def _chosen(item: str, fitting: list[Variant], how: str, random: Random, memory: Memory | None) -> Variant:
    if how == "segment":
        return fitting[0]
    if how == "sequence" and memory is not None:
        return fitting[memory.position(item) % len(fitting)]
    if how == "weighted":
        return random.choices(fitting, [one.share for one in fitting])[0]
    return random.choice(fitting)
