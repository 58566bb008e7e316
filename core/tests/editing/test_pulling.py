"""What pulling writes, and what it takes for a conflict. The commands themselves: `cli/test_content_files.py`."""

from pathlib import Path

from gutenbot.editing.pulling import Override, pull
from gutenbot.editing.written import hash_of

MODULE = hash_of("You now get it.")


def mine(base: str, behind: str, item: str = "news.joined") -> Override:
    """A text of the console over one of a module."""
    return Override(item, "en", "Welcome!\n", base_hash=base, behind="news/news.en.yaml:3", behind_hash=behind)


def test_a_text_over_a_modules_is_no_conflict_and_goes_into_the_bots_own_files(tmp_path: Path) -> None:
    (tmp_path / "order.yaml").write_text("order.size: Which size?\n", encoding="utf-8")
    found = pull(tmp_path, "en", [mine(MODULE, MODULE)])
    assert (found.conflicts, found.problems) == ([], [])
    assert [(one.item, name) for one, name in found.added] == [("news.joined", "news.yaml")]
    assert found.after["news.yaml"] == "news.joined: Welcome!\n"


def test_a_modules_text_that_changed_under_one_of_the_console_is_a_conflict(tmp_path: Path) -> None:
    found = pull(tmp_path, "en", [mine(MODULE, hash_of("You get it."))])
    assert [one.item for one in found.conflicts] == ["news.joined"]


def test_a_text_whose_file_is_gone_is_a_conflict_as_before(tmp_path: Path) -> None:
    found = pull(tmp_path, "en", [mine(hash_of("Old"), "")])
    assert [one.item for one in found.conflicts] == ["news.joined"]
