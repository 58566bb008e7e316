"""Decisions are written down in one form, a page each."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import TOP

ADRS = sorted(TOP.glob("docs/adr/[0-9]*.md"))
HEADINGS = ["## Context", "## Options", "## Decision", "## Consequences", "## How we will notice that it was wrong"]


@pytest.mark.parametrize("file", ADRS, ids=lambda file: file.stem)
def test_a_decision_has_its_five_parts_on_one_page(file: Path) -> None:
    text = file.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    assert text.count("\n") <= 80


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(file.name[:4]) for file in ADRS] == list(range(1, len(ADRS) + 1))
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+", file.stem) for file in ADRS)
