"""Settings from several places with one order of precedence, and for each value where it comes from.

Environment > gutenbot.toml > console > default. Knows no particular setting: classes are pydantic models.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from gutenbot.kernel.errors import UserMistake

M = TypeVar("M", bound=BaseModel)
Source = Literal["env", "file", "console", "default"]
PREFIX = "GUTENBOT_"
MASK = "•••"
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*=""")
_SECRET = re.compile(r"(token|secret|password|api_key)", re.IGNORECASE)
_TABLE = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")


class WrongSettings(UserMistake):
    """These settings are not right: {problems}"""

    code = "settings.wrong"

    def __init__(self, problems: "Iterable[SettingProblem]") -> None:
        self.problems = list(problems)
        super().__init__(problems="; ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One thing to mend: where it stands, and what is wrong with it."""

    where: str
    message: str
    hint: str = ""
    field: str = ""
    """Its dotted path inside the section; empty where it is not of one field."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}{f' {self.hint}' if self.hint else ''}"


@dataclass(frozen=True, slots=True)
class Provenance:
    """A value and where it comes from; `locked`: the console cannot change it, for a stronger place decides."""

    value: Any
    source: Source
    where: str
    locked: bool


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A settings file, with the line of every key by its dotted path."""

    name: str = "gutenbot.toml"
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def where(self, path: str) -> str:
        """`file:line` of a key."""
        line = self.lines.get(path)
        return f"{self.name}:{line}" if line else self.name


@dataclass(frozen=True, slots=True)
class Resolved(Generic[M]):
    """The settings of one section, and where each comes from."""

    values: M
    provenance: Mapping[str, Provenance]
    given: Mapping[str, Any]
    """What was set, without the defaults."""


def read_toml(name: str, text: str) -> TomlFile:
    """Parses a settings file. Raises `WrongSettings` with the line of the mistake."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        where = f"{name}:{found[1]}" if found else name
        reason = str(error).partition(" (at")[0]
        raise WrongSettings([SettingProblem(where, f"this is not TOML: {reason}.")]) from None
    return TomlFile(name, values, lines_of(text))


def lines_of(text: str) -> dict[str, int]:
    """Dotted path → line, of tables and of keys that stand on a line of their own."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := _TABLE.match(line):
            table = head[1].replace('"', "").replace("'", "").replace(" ", "")
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            name = key[1] or key[2] or key[3]
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def env_names(section: str, name: str) -> tuple[str, ...]:
    """The environment variables of a field; the first is the one to document."""
    upper = name.upper()
    if not section:
        return (f"{PREFIX}{upper}",)
    inside = section.upper().replace("-", "_").replace(".", "__")
    short = inside.removeprefix("MODULES__")
    return tuple(dict.fromkeys((f"{PREFIX}{short}__{upper}", f"{PREFIX}{inside}__{upper}")))


class Resolver:
    """Reads sections one after the other, and collects every problem, so that all are told at once."""

    def __init__(self, file: TomlFile, environ: Mapping[str, str], console: Mapping[str, Any] | None = None) -> None:
        self.file = file
        self.environ = environ
        self.console = dict(console or {})
        self.problems: list[SettingProblem] = []
        self.left_out: list[SettingProblem] = []
        """Values of the console that are not right any more: told, and as if they were not there."""
        self.known_variables: set[str] = set()

    def section(
        self, model: type[M], name: str = "", *, ignore: Iterable[str] = (), lenient: bool = False
    ) -> Resolved[M] | None:
        """The settings of one section (`""`: the top of the file); None when something in it is wrong. `lenient`: fields that
        must be set and are not may be set later."""
        found = {key: self._find(name, key, info) for key, info in model.model_fields.items()}
        self._unknown_keys(model, name, set(ignore))
        while True:
            given = {key: one.value for key, one in found.items() if one.source != "default"}
            try:
                values = model.model_validate(given)
            except ValidationError as error:
                if lenient and all(one["type"] == "missing" and len(one["loc"]) == 1 for one in error.errors()):
                    values = model.model_construct(None, **given)
                    return Resolved(values, {key: _shown(model, values, key, one) for key, one in found.items()}, given)
                if not self._leave_out(found, model, error, name):
                    self.problems += [_problem(found, model, one) for one in error.errors()]
                    return None
            else:
                return Resolved(values, {key: _shown(model, values, key, one) for key, one in found.items()}, given)

    def _leave_out(
        self, found: dict[str, Provenance], model: type[BaseModel], error: ValidationError, section: str
    ) -> bool:
        """Takes out what the console has set wrong; of values that do not fit together, all that it has set."""
        names = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
        of_console = {key for key, one in found.items() if one.source == "console"}
        out = names & of_console or (of_console if any(not one["loc"] for one in error.errors()) else set())
        for one in error.errors():
            if out and (not one["loc"] or str(one["loc"][0]) in out):
                problem = _problem(found, model, one)
                where = f"console: {section}" if section else "console"
                field = ".".join(str(part) for part in one["loc"])
                self.left_out.append(SettingProblem(where, problem.message, field=field))
        for key in out:
            found[key] = Provenance(None, "default", "default", locked=False)
        return bool(out)

    def unknown_variables(self) -> list[SettingProblem]:
        """Variables that look like settings, but are none: told, not refused."""
        unknown = [name for name in self.environ if name.startswith(PREFIX) and name not in self.known_variables]
        return [
            SettingProblem(name, "there is no such setting.", suggestion(name, self.known_variables))
            for name in sorted(unknown)
        ]

    def finish(self) -> None:
        """Raises `WrongSettings` with all that was wrong."""
        if self.problems:
            raise WrongSettings(self.problems)

    def _find(self, section: str, key: str, info: FieldInfo) -> Provenance:
        path = f"{section}.{key}" if section else key
        names = env_names(section, key)
        self.known_variables |= set(names)
        for variable in names:
            if variable in self.environ:
                return Provenance(_from_text(self.environ[variable], info), "env", variable, locked=True)
        table = at(self.file.values, section)
        if isinstance(table, Mapping) and key in table:
            return Provenance(table[key], "file", self.file.where(path), locked=True)
        if path in self.console:
            return Provenance(self.console[path], "console", "console", locked=False)
        return Provenance(None, "default", "default", locked=False)

    def _unknown_keys(self, model: type[BaseModel], section: str, ignore: set[str]) -> None:
        table = at(self.file.values, section)
        if table is not None and not isinstance(table, Mapping):
            where = self.file.where(section)
            self.problems.append(SettingProblem(where, f"`{section}` is a table: write `[{section}]`."))
            return
        known = {*model.model_fields, *ignore}
        for key in table or {}:
            if key not in known:
                where = self.file.where(f"{section}.{key}" if section else key)
                inside = f" in [{section}]" if section else ""
                hint = suggestion(key, known)
                self.problems.append(SettingProblem(where, f"there is no setting `{key}`{inside}.", hint))


def at(values: Mapping[str, Any], section: str) -> Any:
    """The table of a dotted section; None when there is none."""
    found: Any = values
    for part in section.split(".") if section else []:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def suggestion(word: str, known: Iterable[str]) -> str:
    """“Did you mean …?” with the closest known names; all of them when few are known."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean `{close[0]}`?"
    return f"Known: {', '.join(names)}." if 0 < len(names) <= 20 else ""


def _from_text(text: str, info: FieldInfo) -> Any:
    """A variable's text as the value that the field wants: lists by commas, or JSON."""
    origin = get_origin(info.annotation) or info.annotation
    if text[:1] in "[{" and text[:1]:
        try:
            return json.loads(text)
        except ValueError:
            return text
    if origin in (list, tuple, set, frozenset):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _problem(found: Mapping[str, Provenance], model: type[BaseModel], error: Any) -> SettingProblem:
    key = str(error["loc"][0]) if error["loc"] else ""
    one = found.get(key)
    where = one.where if one is not None and one.source != "default" else "settings"
    path = ".".join(str(part) for part in error["loc"])
    message = f"`{path}`: {error['msg'][:1].lower()}{error['msg'][1:]}".rstrip(".")
    secret = one is not None and is_secret(model.model_fields[key])
    shown = "" if secret or one is None or error["type"] == "missing" else f", but is {error.get('input')!r}"[:120]
    return SettingProblem(where, f"{message}{shown}.")


def _shown(model: type[BaseModel], values: BaseModel, key: str, one: Provenance) -> Provenance:
    value = masked(getattr(values, key, None), model.model_fields[key])
    return Provenance(value, one.source, one.where, one.locked)


def is_secret(info: FieldInfo) -> bool:
    """Whether a field is written and never read: a `SecretStr`, or one whose schema says `writeOnly`."""
    extra = info.json_schema_extra
    return (isinstance(extra, Mapping) and bool(extra.get("writeOnly"))) or "SecretStr" in repr(info.annotation)


def holds_secrets(info: FieldInfo) -> bool:
    """Whether a field is a secret, or may have one somewhere inside."""
    return is_secret(info) or any(_model_holds_secrets(model) for model in _models_in(info.annotation))


def _model_holds_secrets(model: type[BaseModel]) -> bool:
    return any(holds_secrets(info) for info in model.model_fields.values())


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]


def masked(value: Any, info: FieldInfo | None = None, name: str = "") -> Any:
    """A value as it may be shown, in the types of JSON: secrets are `•••` where there is one."""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {key: masked(getattr(value, key), fields[key], key) for key in fields}
    if (info is not None and is_secret(info)) or (name and _SECRET.search(name) and isinstance(value, str)):
        return MASK if value else value
    if isinstance(value, Mapping):
        return {str(key): masked(one, None, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def unmasked(value: Any, before: Any) -> Any:
    """What was shown and comes back: each `•••` is again the secret that it stood for."""
    if value == MASK:
        return before
    if isinstance(value, Mapping):
        known = before if isinstance(before, Mapping) else {}
        return {key: unmasked(one, known.get(key)) for key, one in value.items()}
    if isinstance(value, list):
        former = before if isinstance(before, list | tuple) else ()
        return [unmasked(one, former[at] if at < len(former) else None) for at, one in enumerate(value)]
    return value
