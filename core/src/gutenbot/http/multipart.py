"""The one file of a form (`multipart/form-data`, RFC 7578) whose body is in memory already."""

import re

from gutenbot.http.errors import Invalid

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb'filename="([^"\r\n]*)"|filename=([^;\s]+)', re.IGNORECASE)
MAX_PARTS = 20
MAX_HEAD = 4_000


def file_of(content_type: str, body: bytes) -> tuple[str, bytes]:
    """(name, bytes) of the file: the first part that is one, or the whole body when it is no form. Raises `Invalid`."""
    if not content_type.lower().startswith("multipart/form-data"):
        return "", body
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Invalid(reason="the form does not say its boundary")
    mark = b"\r\n--" + (found[1] or found[2]).encode("latin-1")
    parts = (b"\r\n" + body).split(mark, MAX_PARTS + 1)
    if len(parts) < 3 or len(parts) > MAX_PARTS + 1:
        raise Invalid(reason=f"the form is not complete, or has more than {MAX_PARTS} parts")
    for part in parts[1:-1]:
        head, gap, data = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if gap and name and len(head) <= MAX_HEAD:
            return (name[1] or name[2] or b"").decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2], data
    raise Invalid(reason="the form has no file in it")
