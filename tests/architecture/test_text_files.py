"""What is read and written as text says its encoding: the one of a machine is not always UTF-8."""

import ast

from tests.architecture.source import text, tree, written

BEFORE_ENCODING = {"read_text": 0, "write_text": 1}
"""How many arguments of these methods come before the encoding."""


def leaves_it_open(call: ast.Call) -> bool:
    """Whether the machine decides the encoding of this call."""
    given = {one.arg: one.value for one in call.keywords}
    if "encoding" in given:
        return False
    if isinstance(asked := given.get("text"), ast.Constant) and asked.value is True:
        return True
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return method in BEFORE_ENCODING and len(call.args) <= BEFORE_ENCODING[method]


def test_every_text_file_is_read_and_written_in_a_named_encoding() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in written(".py")
        if any(word in text(path) for word in (*BEFORE_ENCODING, "text=True"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and leaves_it_open(node)
    ]
    assert found == []


def test_a_call_without_an_encoding_is_found() -> None:
    def found(code: str) -> bool:
        [statement] = ast.parse(code).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        return leaves_it_open(statement.value)

    assert [found(code) for code in ("p.read_text()", "p.write_text(x)", "run(x, text=True)")] == [True] * 3
    fine = ("p.read_text('utf-8')", "p.write_text(x, encoding='utf-8')", "run(x, encoding='utf-8')", "f(text='a')")
    assert not any(found(code) for code in fine)
