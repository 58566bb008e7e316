"""Services: objects found by their type. A module provides a factory; others require the type."""

import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from gutenbot.kernel.errors import AuthorMistake

T = TypeVar("T")


class MissingService(AuthorMistake):
    """{wanted} is required by module {module}, but no enabled module provides it. Install or enable one that does."""

    code = "service.missing"


class AmbiguousService(AuthorMistake):
    """{wanted} is provided by several modules: {providers}. Choose one in the settings: `[services] {wanted} = "…"`."""

    code = "service.ambiguous"


@dataclass(frozen=True, slots=True)
class Provider:
    """How to make a service: a factory (plain, async, or an async context manager that also cleans up) and a ping."""

    kind: Any
    factory: Callable[..., Any]
    module: str
    ping: Callable[[Any], Any] | None = None


class Services:
    """All services of one app: made on first use, one each, cleaned up in reverse order."""

    def __init__(self) -> None:
        self._providers: dict[Any, list[Provider]] = {}
        self._made: dict[Any, Any] = {}
        self._stacks: dict[Any, tuple[str, AsyncExitStack]] = {}
        """Type → the module that provides it, and how it is cleaned up, in the order in which they were made."""
        self._chosen: Mapping[str, str] = {}

    def provide(self, provider: Provider) -> None:
        """Makes a provider known."""
        self._providers.setdefault(provider.kind, []).append(provider)

    def put(self, kind: type[T], value: T) -> None:
        """Makes an existing object known under its type."""
        self._made[kind] = value

    def choose(self, chosen: Mapping[str, str]) -> None:
        """Which module provides a type, by the type's name."""
        self._chosen = chosen

    def has(self, kind: Any) -> bool:
        """Whether somebody provides this type."""
        return kind in self._made or kind in self._providers

    def provider(self, kind: Any, module: str = "?") -> Provider:
        """The chosen provider of a type. Raises `MissingService` and `AmbiguousService`."""
        name = getattr(kind, "__name__", str(kind))
        found = self._providers.get(kind, [])
        wanted = self._chosen.get(name)
        if wanted is not None:
            found = [provider for provider in found if provider.module == wanted]
        if not found:
            raise MissingService(wanted=name, module=module)
        if len(found) > 1:
            raise AmbiguousService(wanted=name, providers=", ".join(provider.module for provider in found))
        return found[0]

    def get(self, kind: type[T]) -> T:
        """A service that was made already (all are, when the app has started)."""
        if kind not in self._made:
            raise MissingService(wanted=getattr(kind, "__name__", str(kind)), module="?")
        return self._made[kind]  # type: ignore[no-any-return]

    async def start(self) -> None:
        """Makes every provided service, so that a broken one is seen at the start."""
        for kind in list(self._providers):
            if kind not in self._made:
                provider, stack = self.provider(kind), AsyncExitStack()
                self._made[kind] = await stack.enter_async_context(_made(provider.factory))
                self._stacks[kind] = (provider.module, stack)

    async def close(self) -> None:
        """Cleans up in reverse order, all of them: the first of their errors is raised at the end."""
        wrong: list[Exception] = []
        for _, stack in reversed(list(self._stacks.values())):
            try:
                await stack.aclose()
            except Exception as error:
                wrong.append(error)
        self._stacks.clear()
        self._made.clear()
        if wrong:
            raise wrong[0]

    def provided_by(self, kind: Any) -> set[str]:
        """The modules that provide a type."""
        return {provider.module for provider in self._providers.get(kind, [])}

    def forget(self, module: str) -> None:
        """A module provides nothing any more; of what it had provided nothing was made yet."""
        for kind, providers in list(self._providers.items()):
            providers[:] = [provider for provider in providers if provider.module != module]
            if not providers:
                del self._providers[kind]

    async def withdraw(self, module: str) -> None:
        """Cleans up what a module had provided, in reverse order, and forgets it."""
        self.forget(module)
        for kind, (owner, stack) in reversed(list(self._stacks.items())):
            if owner == module:
                del self._stacks[kind], self._made[kind]
                await stack.aclose()

    async def ping(self) -> dict[str, str]:
        """Type name → empty, or what is wrong with it."""
        answers: dict[str, str] = {}
        for kind, providers in self._providers.items():
            check = providers[0].ping
            if check is None or kind not in self._made:
                continue
            try:
                result = check(self._made[kind])
                if inspect.isawaitable(result):
                    await result
                answers[kind.__name__] = ""
            except Exception as error:
                answers[kind.__name__] = f"{type(error).__name__}: {error}"
        return answers


@asynccontextmanager
async def _made(factory: Callable[..., Any]) -> AsyncIterator[Any]:
    result = factory()
    if isinstance(result, AbstractAsyncContextManager):
        async with result as value:
            yield value
    elif inspect.isawaitable(result):
        yield await result
    else:
        yield result
