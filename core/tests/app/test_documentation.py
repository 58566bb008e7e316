"""The documentation as it comes along: in which order, cut where, and what is found for which words."""

import os
from pathlib import Path

import pytest

from gutenbot.app.documentation import Documentation, cut, slug
from gutenbot.app.documentation_search import search

NAV = """
[project]
nav = [
    { "First steps" = "tutorial/first.md" },
    { "How to" = [{ "Save everything" = "how-to/save.md" }, { "Gone" = "how-to/gone.md" }] },
    { "Reference" = [{ "Settings" = "reference/settings.md" }] },
    { "Decisions" = ["adr/index.md", "adr/0001-a.md"] },
]
"""
PAGES = {
    "docs/tutorial/first.md": "# First steps\n\nSay hello.\n",
    "docs/how-to/save.md": (
        "# Save everything\n\nA copy is one file.\n\n## Restore\n\n```console\n# no heading\n$ restore it\n```\n\n"
        "## Restore\n\nOnce more.\n\n## On `disk`: **where**?\n\nIn a [folder](../reference/settings.md#keys).\n"
    ),
    "docs/reference/settings.md": "# Settings\n\n| name | says |\n|---|---|\n| `copy_folder` | where a *copy* goes |\n",
    "docs/adr/index.md": "# Decisions\n",
    "docs/unlisted.md": "# Secret\n",
    "secret.md": "# Secret\n",
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name, text in {**PAGES, "zensical.toml": NAV}.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path


def test_pages_come_in_the_order_of_the_contents_without_decisions_and_without_those_that_are_not_there(
    top: Path,
) -> None:
    found = [(page.group, page.name, page.title) for page in Documentation(top).pages()]
    assert found == [
        ("start", "tutorial/first", "First steps"),
        ("how-to", "how-to/save", "Save everything"),
        ("reference", "reference/settings", "Settings"),
    ]


@pytest.mark.parametrize(
    "name", ["../secret", "unlisted", "how-to/../../secret", "/etc/passwd", "", "how-to/gone", "adr/index"]
)
def test_only_what_the_contents_name_is_read(top: Path, name: str) -> None:
    assert Documentation(top).text(name) is None


def test_a_page_has_what_it_includes(top: Path) -> None:
    (top / "docs/tutorial/first.md").write_text(
        '# First\n\n<!-- fragment -->\n```python\n--8<-- "bot.py"\n```\n', "utf-8"
    )
    (top / "bot.py").write_text("bot = 1\n", "utf-8")
    found = Documentation(top).text("tutorial/first")
    assert found is not None
    assert found[1] == "# First\n\n```python\nbot = 1\n```\n"


def test_a_page_is_cut_at_its_headings_and_not_at_comments_in_code(top: Path) -> None:
    (_, page, _) = Documentation(top).pages()
    parts = list(cut(page, PAGES["docs/how-to/save.md"]))
    assert [(part.heading, part.anchor) for part in parts] == [
        ("Save everything", "save-everything"),
        ("Restore", "restore"),
        ("Restore", "restore_1"),
        ("On disk: where?", "on-disk-where"),
    ]
    assert "# no heading" in parts[1].words


@pytest.mark.parametrize(("heading", "anchor"), [
    ("What a turn is", "what-a-turn-is"),
    ("chat.ask", "chatask"),
    ("GET /api/v1/bots/{bot}", "get-apiv1botsbot"),
    ("Who does it - and when?", "who-does-it-and-when"),
    ("database_url", "database_url"),
])  # fmt: skip
def test_anchors_are_those_of_the_site(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_titles_and_headings_count_more_than_text_and_all_words_more_than_some(top: Path) -> None:
    parts = Documentation(top).parts()
    assert [(hit.page.name, hit.anchor) for hit in search(parts, "how do I restore")] == [
        ("how-to/save", "restore"),
        ("how-to/save", "restore_1"),
    ]
    assert [hit.page.name for hit in search(parts, "copy")] == ["how-to/save", "reference/settings"]
    assert [hit.page.name for hit in search(parts, "folder copy")] == ["reference/settings"]
    assert search(parts, "folder copy")[0].excerpt == "name · says copy_folder · where a copy goes"
    assert [hit.page.name for hit in search(parts, "hello zeppelin")] == ["tutorial/first"]
    assert search(parts, "zeppelin") == []
    assert search(parts, " ?! ") == []


def test_what_changes_is_found_at_once(top: Path) -> None:
    docs = Documentation(top)
    assert search(docs.parts(), "zeppelin") == []
    file = top / "docs/tutorial/first.md"
    file.write_text("# First steps\n\nMind the Zeppelin.\n", "utf-8")
    os.utime(file, ns=(1, 1))
    assert [hit.excerpt for hit in search(docs.parts(), "zeppelin")] == ["Mind the Zeppelin."]


def test_every_page_of_the_site_can_be_read_in_the_console() -> None:
    docs = Documentation()
    pages = docs.pages()
    assert {"start", "how-to", "examples", "explanation", "reference"} == {page.group for page in pages}
    for page in pages:
        found = docs.text(page.name)
        assert found is not None
        assert "--8<--" not in found[1], page.name
        assert f"# {page.title}" in found[1] or found[1].startswith("# "), page.name
    assert search(docs.parts(), "restore a backup")[0].page.name == "how-to/back-up-and-restore"


def test_a_package_without_documentation_has_no_pages(tmp_path: Path) -> None:
    assert Documentation(tmp_path).pages() == ()
    assert Documentation(tmp_path).parts() == ()
