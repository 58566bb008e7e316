"""The program that draws smaller copies of one picture, in a process of its own: it reads what strangers have made, so it may take
little memory and time, opens no files, and takes nothing else with it when it fails.

In: a line of JSON `{"widths": […], "fit": bytes}` and the picture. Out: for each copy a line `{"width": …, "size": …}` and its
bytes. It must know nothing of Gutenbot: it is run as a file.
"""

import json
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any

MAX_PIXELS = 50_000_000
MEMORY = 1 << 30
CPU_S = 20
QUALITY = 82
SMALLEST = 32
TURNED = 0x0112


def limit() -> None:
    """From now on this process can do little harm."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """One picture from standard input to standard output."""
    from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    wanted = json.loads(sys.stdin.buffer.readline(100_000))
    data = sys.stdin.buffer.read()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    _ = JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # else Pillow imports all of its formats
    limit()
    picture = Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    if picture.width * picture.height > MAX_PIXELS or getattr(picture, "is_animated", False):
        return
    about = {"format": picture.format, "icc": picture.info.get("icc_profile"), "mode": picture.mode}
    about["turned"] = picture.getexif().get(TURNED, 1) if picture.format == "JPEG" else 1
    widths = sorted({int(width) for width in wanted["widths"] if 0 < width < picture.width}, reverse=True)
    full = picture.width, picture.height
    if widths:
        picture.draft(None, (widths[0], widths[0] * full[1] // full[0]))
    drawn: Any = _plain(picture)
    smallest = len(data)
    for width in widths:
        drawn = _smaller(drawn, width, full)
        smallest = min(smallest, _tell(drawn, about, len(data)))
    fit, width = int(wanted["fit"]), drawn.width // 2
    while fit and smallest > fit and width >= SMALLEST:
        drawn = _smaller(drawn, width, full)
        smallest = min(smallest, _tell(drawn, about, len(data)))
        width //= 2


def _plain(picture: Any) -> Any:
    """In colours that can be mixed."""
    if picture.mode in ("RGB", "RGBA", "L", "LA"):
        return picture
    clear = picture.mode in ("PA", "RGBa", "La") or "transparency" in picture.info
    return picture.convert("RGBA" if clear else "L" if picture.mode in ("1", "I;16", "I", "F") else "RGB")


def _smaller(picture: Any, width: int, full: tuple[int, int]) -> Any:
    size = width, max(1, round(full[1] * width / full[0]))
    return picture.resize(size, 1, reducing_gap=3.0)  # 1: Lanczos


def _tell(picture: Any, about: dict[str, Any], most: int) -> int:
    """Writes a copy, where it is smaller than the picture; its bytes."""
    out = BytesIO()
    options: dict[str, Any] = {"icc_profile": about["icc"]} if about["icc"] else {}
    if about["format"] == "JPEG":
        from PIL import Image

        exif = Image.Exif()
        exif[TURNED] = about["turned"]
        options |= {"exif": exif} if about["turned"] != 1 else {}
        picture.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True, **options)
    elif about["format"] == "PNG":
        drawn = picture.quantize(256, 2) if about["mode"] in ("P", "1") else picture  # 2: a fast way that knows alpha
        drawn.save(out, "PNG", optimize=True, **options)
    else:
        picture.save(out, "WEBP", quality=QUALITY, method=4, **options)
    found = out.getvalue()
    if len(found) < most:
        head = json.dumps({"width": picture.width, "size": len(found)})
        sys.stdout.buffer.write(head.encode() + b"\n" + found)
    return len(found)


if __name__ == "__main__":
    main()
