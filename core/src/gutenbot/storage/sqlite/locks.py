"""May this process work on this database? An OS lock says nobody else does; the mount table says that locks work there."""

import os
import sys
from pathlib import Path
from typing import IO

from gutenbot.storage.errors import NetworkFileSystem, SecondWriter, StorageInUse

MOUNTS = Path("/proc/self/mounts")

_NETWORK = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs 9p afs ceph glusterfs lustre ocfs2 gfs2 beegfs ncpfs davfs davfs2".split()
)
_NETWORK_FUSE = frozenset(
    "sshfs s3fs gcsfuse rclone glusterfs davfs2 mergerfs-nfs goofys juicefs blobfuse blobfuse2".split()
)


class FolderLock:
    """The exclusive right to one database, held until `release` or the end of the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file: IO[str] | None = None
        self._given = False

    def acquire(self) -> None:
        """Raises `StorageInUse`, naming the process that holds the lock."""
        file = self._database.with_name(self._database.name + ".lock").open("a+", encoding="utf-8")
        try:
            _lock(file)
        except OSError as error:
            owner = _owner(file)
            file.close()
            raise StorageInUse(owner=owner, path=self._database) from error
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}")
        file.flush()
        self._file = file

    def give_writer(self) -> Path:
        """The database, for the one connection that may write. Raises `SecondWriter` when it was given, or is not held."""
        if self._file is None or self._given:
            raise SecondWriter(path=self._database)
        self._given = True
        return self._database

    def release(self) -> None:
        """Lets the next process in. The file stays: removing it would let two processes lock two different files."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._given = False


def refuse_network(database: Path, mounts: Path = MOUNTS) -> None:
    """Raises `NetworkFileSystem` where locks cannot be trusted. Knows nothing where there is no mount table."""
    kind = file_system(database.parent, mounts)
    family, _, inner = kind.partition(".")
    if kind in _NETWORK or (family == "fuse" and inner in _NETWORK_FUSE):
        raise NetworkFileSystem(path=database, kind=kind)


def file_system(folder: Path, mounts: Path = MOUNTS) -> str:
    """The type of the file system that holds the folder, as in the mount table; empty when unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = folder.resolve()
    best, kind = -1, ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode().decode("unicode_escape"))  # blanks are written \040
        depth = len(point.parts)
        if depth >= best and place.is_relative_to(point):
            best, kind = depth, fields[2]
    return kind


def _owner(file: IO[str]) -> str:
    try:
        file.seek(0)
        return file.read(100).strip() or "unknown"
    except OSError:
        return "unknown"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(4096)  # a byte that nobody reads: Windows locks forbid reading
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
