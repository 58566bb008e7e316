"""Named values of one kind, contributed by modules. A duplicate name is an error that names both."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from gutenbot.kernel.errors import AuthorMistake

T = TypeVar("T")


class DuplicateName(AuthorMistake):
    """The {kind} {name} is contributed twice: by module {first} and by module {second}. Rename it in one of them, or disable
    one."""

    code = "registry.duplicate-name"


class UnknownName(AuthorMistake):
    """There is no {kind} named {name}. Known ones: {known}."""

    code = "registry.unknown-name"


class Registry(Generic[T]):
    """Name → value, in the order of contribution, remembering which module each came from."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._values: dict[str, T] = {}
        self._modules: dict[str, str] = {}
        self.revision = 0
        """Another number after every change."""

    def add(self, name: str, value: T, module: str) -> None:
        """Contributes a value. Raises `DuplicateName`."""
        if name in self._values:
            raise DuplicateName(kind=self.kind, name=name, first=self._modules[name], second=module)
        self._values[name] = value
        self._modules[name] = module
        self.revision += 1

    def drop(self, module: str) -> None:
        """Takes away all that a module contributed."""
        for name in [name for name, owner in self._modules.items() if owner == module]:
            del self._values[name], self._modules[name]
            self.revision += 1

    def get(self, name: str) -> T | None:
        """The value of a name, or None."""
        return self._values.get(name)

    def __getitem__(self, name: str) -> T:
        if name not in self._values:
            raise UnknownName(kind=self.kind, name=name, known=", ".join(self._values) or "none")
        return self._values[name]

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(list(self._values.items()))

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def module_of(self, name: str) -> str:
        """The module that contributed a name."""
        return self._modules[name]
