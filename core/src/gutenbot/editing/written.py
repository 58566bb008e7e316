"""An item's value as YAML and back. A changed value is written into the YAML that was there, so that comments and order stay."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import yaml

from gutenbot.content.nodes import ListNode, Node, Refused, Scalar, compose
from gutenbot.content.problems import Report

TROUBLE = (yaml.YAMLError, Refused, UnicodeError, RecursionError, ValueError)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[^\W\d_][^\n\t]*|[0-9]+[a-z]+")
_OTHER_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def cleaned(text: str) -> str:
    """Without what is no character: both engines can keep the rest."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def node_of(source: str, file: str = "") -> Node:
    """The YAML of one value as a tree. Raises what is in `TROUBLE`."""
    found = list(compose(source, file, Report()))
    if len(found) > 1:
        raise ValueError("there is more than one document")
    return found[0] if found else next(iter(compose("~", file, Report())))


def value_of(node: Node) -> Any:
    """The value as JSON. A number that JSON would write in another way stays text: `1.10`."""
    if isinstance(node, Scalar):
        typed = node.typed()
        number = isinstance(typed, int | float) and not isinstance(typed, bool)
        return node.value if number and str(typed) != node.value else typed
    if isinstance(node, ListNode):
        return [value_of(item) for item in node.items]
    return {key: value_of(item) for key, item in node.entries.items()}


def read_value(source: str) -> Any:
    """The value of YAML. Raises what is in `TROUBLE`."""
    return value_of(node_of(source))


def hash_of(value: Any) -> str:
    """The same for the same value, however it is written."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:24]


def same_value(one: Any, other: Any) -> bool:
    """Whether both are the same in YAML: yes is not 1."""
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, dict | list) or hash_of(one) == hash_of(other)


def written(value: Any) -> str:
    """The value as YAML; as everywhere here, with one line end at its end."""
    return "\n".join(_lines(value)) + "\n"


def rewritten(source: str, value: Any) -> str:
    """The YAML with another value: what did not change stays as it was written."""
    from gutenbot.editing.rewriting import changed

    try:
        node = node_of(source)
        if same_value(value_of(node), value):
            return source
        found = changed(yaml.compose(source, Loader=_LOADER), source, value)
        if found is not None and same_value(read_value(found), value):
            return ended(found)
    except TROUBLE:
        pass
    return written(value)


def ended(source: str) -> str:
    """The YAML with one line end at its end."""
    return source.rstrip("\n") + "\n"


def scalar(value: Any, *, flow: bool = False) -> str:
    """A single value in one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return text if not flow and is_plain(text) else quoted(text)


def is_plain(text: str) -> bool:
    """Whether it can stand without quotes, for every reader of YAML."""
    if not _PLAIN.fullmatch(text) or text != text.strip() or text.casefold() in _OTHER_WORDS or _UNPRINTED.search(text):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return isinstance(Scalar(text, True, None).typed(), str)  # type: ignore[arg-type]


def quoted(text: str) -> str:
    """In double quotes."""
    found = json.dumps(text, ensure_ascii=False)
    return _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", found)


def literal(text: str) -> list[str] | None:
    """As lines of a block (`|`), the first being its header; None where that would change it."""
    lines = text.split("\n")
    ends = text.endswith("\n")
    body = lines[:-1] if ends else lines
    good = len(body) > 1 and body[0].strip() and not body[0].startswith((" ", "\t")) and body[-1].strip()
    if not good or _UNPRINTED.search(text) or "\t" in text or any(line != line.rstrip() for line in body):
        return None
    return ["|" if ends else "|-", *body]


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _entry(f"{_key(str(key))}:", inner, "  ")
    elif isinstance(value, list) and value:
        for inner in value:
            yield from _item(inner)
    elif isinstance(value, dict | list):
        yield "{}" if isinstance(value, dict) else "[]"
    elif isinstance(value, str) and (block := literal(value)):
        yield block[0]
        yield from (f"  {line}" if line else "" for line in block[1:])
    else:
        yield scalar(value)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    lines = list(_lines(value))
    if isinstance(value, dict | list) and value:
        yield head
        yield from (f"{indent}{line}" if line else "" for line in lines)
    else:
        yield f"{head} {lines[0]}"
        yield from lines[1:]


def _item(value: Any) -> Iterator[str]:
    lines = list(_lines(value))
    pad = "" if isinstance(value, str) else "  "
    yield f"- {lines[0]}"
    yield from (f"{pad}{line}" if line else "" for line in lines[1:])


def _key(key: str) -> str:
    if re.fullmatch(r"\w[\w.\-+ ]*", key) and key == key.strip():
        return key
    return quoted(key)
