"""What the figures were measured on."""

import os
import platform
import sqlite3
from importlib import metadata
from pathlib import Path

_IN_MEMORY = {"tmpfs", "ramfs"}


def facts(folder: Path, *, any_disk: bool = False) -> list[str]:
    """Lines that say what matters, and nothing that names the machine."""
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    packages = ("uvicorn", "uvloop", "httptools", "starlette")
    return [
        f"* processor: {_model()}, {os.cpu_count()} cores; the server has one of them, the load another one",
        f"* memory: {_memory_gib():.0f} GiB; disk under the databases: {file_system(folder, any_disk=any_disk)}",
        f"* {versions}, {system}, {', '.join(f'{name} {metadata.version(name)}' for name in packages)}",
        f"* load of the machine when the run began: {os.getloadavg()[0]:.1f}",
    ]


def file_system(folder: Path, *, any_disk: bool = False) -> str:
    """The type of the file system under a folder. Raises `RuntimeError` for one in memory: nothing durable is measured there."""
    best, kind = -1, "unknown"
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, point, found, *_ = line.split()
        depth = len(Path(point).parts)
        if folder.resolve().is_relative_to(point) and depth >= best:
            best, kind = depth, found
    if kind in _IN_MEMORY and not any_disk:
        raise RuntimeError(f"{kind} is no disk: choose another folder with --folder")
    return kind


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    line = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()[0]
    return int(line.split()[1]) / (1 << 20)
