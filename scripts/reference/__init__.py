"""Generated parts of docs/reference: what the code says, in a form that people read and that a diff shows."""

from pathlib import Path

from scripts.reference import api, authors, commands, errors, http, module_index, moduleware, settings

PACKAGES = ("gutenbot", "gutenbot_channel_web", "gutenbot_notes", "gutenbot_subscriptions")
WRITERS = {
    "chat": authors.chat_page,
    "answers": authors.answers_page,
    "messages": authors.messages_page,
    "content": authors.content_page,
    "stages": moduleware.stages_page,
    "signals": moduleware.signals_page,
    "channels": moduleware.channels_page,
    "cli": commands.cli_page,
    "http": http.http_page,
    "settings": settings.settings_page,
}
"""Name of a page below docs/reference → what writes it."""
TOP = Path(__file__).resolve().parents[2]


def pages() -> dict[str, str]:
    """The text of every generated file, by its path below the repository. Import all packages first."""
    found = {"docs/reference/errors.md": errors.page(errors.classes(PACKAGES))}
    for module in ("gutenbot", "gutenbot.sdk"):
        found[f"docs/reference/api/{module}.txt"] = api.report(module, TOP / "core" / "src")
    found |= {f"docs/reference/{name}.md": f"{page().rstrip()}\n" for name, page in WRITERS.items()}
    found["core/src/gutenbot/modules/index.json"] = module_index.index_file(PACKAGES)
    return found | {"ui/packages/api/openapi.json": http.openapi_file()}
