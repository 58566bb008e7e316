"""Ordered wraps: each has a name and says what it comes before and after; sorted once, with a stable order."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from gutenbot.kernel.errors import AuthorMistake, UserMistake

T = TypeVar("T")
Next = Callable[[], Awaitable[None]]
WrapFunction = Callable[[T, Next], Awaitable[None]]


class PipelineCycle(AuthorMistake):
    """These wraps of {stage} ask to come before one another: {cycle}. Take out one `before=` or `after=` of the modules
    {modules}."""

    code = "pipeline.cycle"


class DuplicateWrap(AuthorMistake):
    """Two wraps of {stage} are named {name}: one of module {first}, one of module {second}. Rename one of them."""

    code = "pipeline.duplicate"


class WrongOrder(UserMistake):
    """{name} cannot stand there in {stage}: {module} says that it comes {side} {other}."""

    code = "pipeline.wrong-order"


class UnknownWrap(UserMistake):
    """The stage {stage} has no wrap {name}; it has {known}."""

    code = "pipeline.unknown-wrap"


@dataclass(frozen=True, slots=True)
class Wrap(Generic[T]):
    """Code around a stage: `async def wrap(turn, call_next) -> None`; not calling `call_next` stops there."""

    name: str
    function: WrapFunction[T]
    module: str = "core"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """What an operator chose for a wrap: its place among the others and whether it runs."""

    name: str
    enabled: bool = True


def ordered(stage: str, wraps: Iterable[Wrap[T]], chosen: Sequence[Choice] = ()) -> list[Wrap[T]]:
    """The wraps in running order, outermost first.

    Names in `before`/`after` bind; among the rest the operator's order counts, then that of declaration. Names of
    wraps that are not installed are ignored. Raises `PipelineCycle` and `DuplicateWrap`.
    """
    known: dict[str, Wrap[T]] = {}
    for wrap in wraps:
        if wrap.name in known:
            raise DuplicateWrap(stage=stage, name=wrap.name, first=known[wrap.name].module, second=wrap.module)
        known[wrap.name] = wrap
    places = {choice.name: place for place, choice in enumerate(chosen)}
    rank = {name: (places.get(name, len(places)), index) for index, name in enumerate(known)}
    needs = _needs(known)
    result: list[Wrap[T]] = []
    waiting = sorted(known, key=rank.__getitem__)
    while waiting:
        ready = next((name for name in waiting if not needs[name] & set(waiting)), None)
        if ready is None:
            modules = sorted({known[name].module for name in waiting})
            raise PipelineCycle(stage=stage, cycle=" → ".join(_cycle(needs, waiting)), modules=", ".join(modules))
        waiting.remove(ready)
        result.append(known[ready])
    switched = {choice.name: choice.enabled for choice in chosen}
    return [wrap for wrap in result if switched.get(wrap.name, wrap.enabled)]


def everything(stage: str, wraps: Iterable[Wrap[T]], chosen: Sequence[Choice] = ()) -> list[tuple[Wrap[T], bool]]:
    """All wraps in running order, those too that are switched off; and whether each runs."""
    listed = list(wraps)
    switched = {choice.name: choice.enabled for choice in chosen}
    names = [*switched, *(wrap.name for wrap in listed if wrap.name not in switched)]
    return [
        (wrap, switched.get(wrap.name, wrap.enabled))
        for wrap in ordered(stage, listed, [Choice(name) for name in names])
    ]


def check_order(stage: str, wraps: Iterable[Wrap[T]], chosen: Sequence[Choice]) -> None:
    """Refuses an order that `before` and `after` do not allow, and names that nobody knows. Raises `WrongOrder`, `UnknownWrap`."""
    known = {wrap.name: wrap for wrap in wraps}
    places = {choice.name: place for place, choice in enumerate(chosen)}
    for name in places:
        if name not in known:
            raise UnknownWrap(stage=stage, name=name[:100], known=", ".join(known) or "none")
    for name, wrap in known.items():
        for side, others in (("before", wrap.before), ("after", wrap.after)):
            for other in others:
                if name in places and other in places and (places[name] < places[other]) != (side == "before"):
                    raise WrongOrder(name=name, stage=stage, module=wrap.module, side=side, other=other)


def neighbours(wraps: Iterable[Wrap[T]]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Name → all that must come before it, and all that must come after it; also through others."""
    known = {wrap.name: wrap for wrap in wraps}
    needs = _needs(known)
    earlier = {name: frozenset(_reached(needs, name)) for name in known}
    return {name: (earlier[name], frozenset(o for o in known if name in earlier[o])) for name in known}


def _reached(needs: dict[str, set[str]], name: str) -> set[str]:
    found: set[str] = set()
    waiting = list(needs[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs[one]
    return found


def _needs(known: dict[str, Wrap[T]]) -> dict[str, set[str]]:
    """Name → the names that must come before it."""
    needs: dict[str, set[str]] = {name: {n for n in wrap.after if n in known} for name, wrap in known.items()}
    for name, wrap in known.items():
        for later in wrap.before:
            if later in known:
                needs[later].add(name)
    return needs


def _cycle(needs: dict[str, set[str]], waiting: list[str]) -> list[str]:
    path = [waiting[0]]
    while path.count(path[-1]) < 2:
        path.append(min(needs[path[-1]] & set(waiting)))
    return path[path.index(path[-1]) :]


async def run(wraps: Sequence[Wrap[T]], subject: T, core: Next) -> None:
    """Runs the wraps around `core`."""
    following = core
    for wrap in reversed(wraps):
        following = partial(wrap.function, subject, following)
    await following()
