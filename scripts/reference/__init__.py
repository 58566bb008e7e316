"""Generated parts of docs/reference: what the code says, in a form that people read and that a diff shows."""

from pathlib import Path

from scripts.reference import api, errors

PACKAGES = ("gutenbot", "gutenbot_channel_web")
TOP = Path(__file__).resolve().parents[2]


def pages() -> dict[str, str]:
    """The text of every generated file, by its path below the repository. Import all packages first."""
    found = {"docs/reference/errors.md": errors.page(errors.classes(PACKAGES))}
    for module in ("gutenbot", "gutenbot.sdk"):
        found[f"docs/reference/api/{module}.txt"] = api.report(module, TOP / "core" / "src")
    return found
