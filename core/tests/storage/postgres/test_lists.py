"""Lists that go to the server arrive as they are, whatever is in them."""

from typing import Any

import pytest
from core.tests.storage.postgres.servers import Server

from gutenbot.storage.postgres.driver import connect


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (["a", 'b"c\\d', None, "NULL", "null", "", "{x}", ",", " é🙂\n"], "text[]"),
        ([1, None, -5, 2**62], "bigint[]"),
        ([1, 2], "smallint[]"),
        ([None, None], "text[]"),
        ([], "bigint[]"),
        ([b"\x00a", None, b'"\\'], "bytea[]"),
        ([["a", "b"], ["c", "d"]], "text[]"),
        ([True, None], "boolean[]"),
    ],
)
def test_a_list_comes_back_as_it_went(server: Server, given: list[Any], kind: str) -> None:
    with connect(server.url) as db:
        assert db.execute(f"SELECT %s::{kind}".encode(), (given,)).fetchone() == (given,)


def test_inp_02_what_the_server_cannot_keep_is_replaced_inside_of_lists_too(server: Server) -> None:
    with connect(server.url) as db:
        assert db.execute("SELECT %s::text[]", (["a\x00b", "\ud800"],)).fetchone() == (["a\ufffdb", "\ufffd"],)
        assert db.execute("SELECT 'b' = ANY(%s), 3 = ANY(%s)", (["a", "b"], [1, 3])).fetchone() == (True, True)
