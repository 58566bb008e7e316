"""What people look up is generated from the code, committed, and up to date."""

from collections import Counter

import pytest

from gutenbot.kernel.errors import GutenbotError
from scripts.reference import PACKAGES, errors, pages
from tests.architecture.source import text, tracked


@pytest.fixture(scope="module", autouse=True)
def failures() -> list[str]:
    """What cannot be imported; everything else now is."""
    return errors.import_all(PACKAGES)


@pytest.fixture(scope="module")
def generated(failures: list[str]) -> dict[str, str]:
    """The text of every generated file, by path."""
    return pages()


def test_every_module_can_be_imported(failures: list[str]) -> None:
    assert failures == []


@pytest.mark.parametrize(
    "path",
    [
        "docs/reference/errors.md",
        "docs/reference/api/gutenbot.txt",
        "docs/reference/api/gutenbot.sdk.txt",
        "ui/packages/api/openapi.json",
        "core/src/gutenbot/modules/index.json",
    ],
)
def test_the_committed_page_is_what_make_reference_writes(path: str, generated: dict[str, str]) -> None:
    assert path in tracked()
    assert text(path) == generated[path], f"run `make reference` and look at what changed in {path}"


def test_an_error_code_belongs_to_one_class() -> None:
    codes = Counter(error.code for error in errors.classes(PACKAGES))
    assert [code for code, count in codes.items() if count > 1] == []


def test_every_error_belongs_to_a_documented_code() -> None:
    page = text("docs/reference/errors.md")
    families = (*errors.FAMILIES, GutenbotError)
    documented = [one for one in errors.classes(PACKAGES) if one not in families]
    missing = [one.code for one in documented if f"### `{one.code}`" not in page]
    assert missing == []


def test_every_error_says_what_happened() -> None:
    assert [error.__name__ for error in errors.classes(PACKAGES) if not errors.message(error)] == []
