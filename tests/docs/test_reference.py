"""Pages that are written from the code say what the code says today."""

import pytest

from scripts.reference import PACKAGES, WRITERS, errors
from tests.docs.pages import TOP


@pytest.mark.parametrize("name", WRITERS)
def test_the_committed_page_is_what_make_reference_writes(name: str) -> None:
    errors.import_all(PACKAGES)
    committed = TOP.joinpath(f"docs/reference/{name}.md").read_text("utf-8")
    assert committed == f"{WRITERS[name]().rstrip()}\n", f"run `make reference` and look at what changed in {name}.md"


def test_every_kind_of_message_and_answer_is_on_its_page() -> None:
    import gutenbot

    pages = "".join(TOP.joinpath(f"docs/reference/{name}.md").read_text("utf-8") for name in WRITERS)
    hidden = {"PASS", "Bot", "Chat", "Handlers", "Intent", "Payload", "Answer"}
    assert [name for name in gutenbot.__all__ if name not in hidden and f"## `{name}`" not in pages] == []
