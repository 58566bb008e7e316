"""Writes the generated files of docs/reference: `python -m scripts.reference`."""

import sys

from scripts.reference import PACKAGES, TOP, errors, pages


def main() -> None:
    """Writes what changed, and says so."""
    for failure in errors.import_all(PACKAGES):
        print(f"left out, cannot be imported: {failure}", file=sys.stderr)
    for path, text in pages().items():
        file = TOP / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            print(f"wrote {path}")


main()
