"""Our own modules are held to what we ask of others."""

from pathlib import Path

import pytest

from gutenbot.modules.doctor import grade, open_folder
from tests.architecture.source import module_folders


@pytest.mark.parametrize("folder", module_folders(), ids=lambda folder: folder.name)
def test_the_doctor_finds_nothing_wrong_with_our_own_modules(folder: Path) -> None:
    assert [(one.rule, one.findings) for one in grade(open_folder(folder)).failed] == []
