"""The template engine, closed: no objects, no functions but `range`, a short list of filters, limited work, no HTML
escaping. Values are inserted as they are and never read as templates."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import minijinja

from gutenbot.content.filters import FILTERS
from gutenbot.content.scan import FILTERS as ALLOWED
from gutenbot.content.scan import Forbidden, examine, guarded_names, printed_paths

FUEL = 20_000
MAX_RANGE = 1_000
MAX_OUTPUT = 100_000

_BUILT_IN_FILTERS = (
    "abs attr batch bool capitalize chain count d default dictsort e escape filesizeformat first float format groupby indent int "
    "items join last length lines list lower map max min pluralize pprint reject rejectattr replace reverse round safe select "
    "selectattr slice sort split string striptags sum title tojson trim truncate unique upper urlencode wordwrap zip"
).split()
_BUILT_IN_GLOBALS = "cycler debug dict joiner namespace range".split()
_QUOTED = re.compile(r"`([^`]+)`")


class Invalid(Exception):
    """A template that cannot be compiled; `hint` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Undefined(Exception):
    """A template prints a variable that is missing; the message is its name."""


class Failed(Exception):
    """A template stopped; the message says why."""


class Engine:
    """Compiles and renders templates. A template's name is its source: the same text is compiled once."""

    def __init__(self) -> None:
        self._strict = _environment("strict")
        self._lenient = _environment("chainable")
        self._printing = _environment("chainable")
        self._printing.finalizer = _refuse_missing

    def compile(self, source: str, *, lenient: bool = False) -> None:
        """Makes a template ready; raises `Invalid`. A lenient one takes what is missing for empty: it is for conditions."""
        try:
            (self._lenient if lenient else self._strict).add_template(source, source)
            examine(source)
        except Forbidden as error:
            raise Invalid(str(error), error.hint) from error
        except Exception as error:
            raise Invalid(_reason(error)) from error

    def variables(self, source: str) -> frozenset[str]:
        """The names that a template takes from its data."""
        return frozenset(self._strict.undeclared_variables_in_str(source)) - {"range"}

    def render(self, source: str, data: Mapping[str, Any]) -> str:
        """The text of a compiled template; raises `Undefined` or `Failed`."""
        try:
            text = self._strict.render_template(source, **data)
        except BaseException as error:
            text = self._again(source, data, error)
        if len(text) > MAX_OUTPUT:
            raise Failed(f"the text grew beyond {MAX_OUTPUT} characters")
        return text

    def judge(self, source: str, data: Mapping[str, Any]) -> str:
        """The text of a compiled lenient template."""
        try:
            return self._lenient.render_template(source, **data)
        except BaseException as error:
            raise _failure(error) from error

    def evaluate(self, expression: str, data: Mapping[str, Any]) -> Any:
        """The value of an expression; None where it is missing."""
        try:
            return self._lenient.eval_expr(expression, **data)
        except BaseException as error:
            raise _failure(error) from error

    def _again(self, source: str, data: Mapping[str, Any], error: BaseException) -> str:
        """A missing part on the way to a default is no mistake, only using what is missing is: this tells them apart."""
        if not (isinstance(error, minijinja.TemplateError) and error.kind == "UndefinedError"):
            raise _failure(error) from error
        if lacking := self.variables(source) - guarded_names(source) - data.keys():
            raise Undefined(min(lacking, key=source.find)) from error
        try:
            return self._printing.render_str(source, **data)
        except _Missing:
            raise Undefined(self._missing_path(source, data) or _missing_name(error)) from error
        except BaseException as again:
            raise _failure(again) from again

    def _missing_path(self, source: str, data: Mapping[str, Any]) -> str:
        known = self.variables(source)
        paths = (path for path in printed_paths(source) if path[0] in known)
        return next((".".join(path) for path in paths if _resolved(path, data) is None), "")


def _resolved(path: tuple[str, ...], data: Mapping[str, Any]) -> Any:
    found: Any = data
    for name in path:
        found = found[name] if isinstance(found, Mapping) and name in found else None
    return found


class _Missing(Exception):
    pass


def _refuse_missing(value: Any) -> Any:
    if value is None:
        raise _Missing
    return value


def _environment(undefined: Literal["strict", "chainable"]) -> minijinja.Environment:
    environment = minijinja.Environment(
        undefined_behavior=undefined, fuel=FUEL, auto_escape_callback=_never, pycompat=False, debug=True
    )
    for name in _BUILT_IN_GLOBALS:
        environment.remove_global(name)
    for name in _BUILT_IN_FILTERS:
        if name not in ALLOWED:
            environment.remove_filter(name)
    for name, function in FILTERS.items():
        environment.add_filter(name, function)
    environment.add_global("range", _range)
    return environment


def _never(_: str) -> bool:
    return False


def _range(start: int, stop: int | None = None, step: int = 1) -> list[int]:
    numbers = range(start) if stop is None else range(start, stop, step)
    if len(numbers) > MAX_RANGE:
        raise ValueError(f"a range may have {MAX_RANGE} numbers")
    return list(numbers)


def _missing_name(error: minijinja.TemplateError) -> str:
    if found := _QUOTED.search(error.detail or ""):
        return found[1]
    source, span = error.template_source, error.range
    return source.encode()[span[0] : span[1]].decode(errors="replace") if source and span else "a variable"


def _failure(error: BaseException) -> Failed:
    """The failure as one of ours; interruptions go through. A panic of the engine is not an `Exception`."""
    if isinstance(error, Exception) or type(error).__name__ == "PanicException":
        return Failed(_reason(error))
    raise error


def _reason(error: BaseException) -> str:
    if isinstance(error, minijinja.TemplateError):
        if error.kind == "OutOfFuel":
            return "the template does too much work"
        return error.detail or error.message
    return " ".join(str(error).split())[:300] or type(error).__name__
