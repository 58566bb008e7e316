"""`chat.content`: the collections of the bot, from inside a dialog. What was found is recorded, so a replay finds the same."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from pydantic import BaseModel

    from gutenbot.dialogs.run import FrameRun

M = TypeVar("M", bound="BaseModel")
MAX_FOUND = 100


class Element(Mapping[str, Any]):
    """An element of a collection: its fields by name, as they were when the dialog found it."""

    __slots__ = ("_value", "collection", "id", "tags")

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.id = str(found["id"])
        """The item's id."""
        self.collection = str(found["type"])
        """Its collection."""
        self.tags: tuple[str, ...] = tuple(found["tags"])
        self._value: dict[str, Any] = found["value"]

    @property
    def ref(self) -> str:
        """What `chat.say` needs to say it: `#` and its id."""
        return f"#{self.id}"

    def to(self, model: type[M]) -> M:
        """As an object of its type's class."""
        return model.model_validate(self._value)

    def __getitem__(self, name: str) -> Any:
        return self._value[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return f"<Element {self.collection} {self.id}>"


class Shelf:
    """Collections to pick from and to look through."""

    __slots__ = ("_run", "_scope")

    def __init__(self, run: "FrameRun", scope: str) -> None:
        self._run = run
        self._scope = scope

    @overload
    def pick(self, collection: str, *, where: Mapping[str, Any] | None = None) -> Element | None: ...
    @overload
    def pick(self, collection: str, *, where: Mapping[str, Any] | None = None, n: int) -> list[Element]: ...
    def pick(
        self, collection: str, *, where: Mapping[str, Any] | None = None, n: int | None = None
    ) -> Element | list[Element] | None:
        """An element at random that fits, or None; with `n`, a list of at most so many. Nobody gets one again before all
        that fit had their turn (of the last 500). Raises `UnknownCollection`."""
        count = 1 if n is None else max(0, min(n, MAX_FOUND))
        found = self._recorded("pick", collection, lambda: self._run.host.pick(collection, where or {}, count))
        return found if n is not None else found[0] if found else None

    def query(
        self,
        collection: str,
        *,
        where: Mapping[str, Any] | None = None,
        q: str = "",
        sort: str = "",
        limit: int = 20,
    ) -> list[Element]:
        """The elements that fit: all conditions of `where` hold, all words of `q` occur. `sort="-year"`: downwards.

        At most 100. Raises `UnknownCollection` and `WrongQuery`.
        """
        count = max(0, min(limit, MAX_FOUND))
        made = self._run.host.query
        return self._recorded("query", collection, lambda: made(collection, where or {}, q, sort, count))

    def get(self, item_id: str) -> Element | None:
        """One element by its id (with or without `#`), or None."""

        def made() -> list[dict[str, Any]]:
            found = self._run.host.element(item_id)
            return [] if found is None else [found]

        return next(iter(self._recorded("get", item_id, made)), None)

    def _recorded(self, verb: str, what: str, make: Any) -> list[Element]:
        return [Element(one) for one in self._run.recorded("content", f"{self._scope}{verb}:{what}", make)]
