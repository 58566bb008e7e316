"""What a storage tells meters: transactions, how much shares one, and how long it takes."""

from typing import Protocol, runtime_checkable

from gutenbot.kernel.meters import Meters

_SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)


class StorageMeasures:
    """The meters of one storage."""

    def __init__(self, meters: Meters) -> None:
        self._size = meters.histogram(
            "gutenbot_database_group_size",
            "Pieces of work that shared one trip to the database, by kind of work.",
            ("work",),
            bounds=_SIZES,
        )
        self._took = meters.histogram(
            "gutenbot_database_group_seconds", "Trips to the database, by kind of work.", ("work",)
        )

    def group(self, work: str, size: int, took_s: float) -> None:
        """A group of work was done; from any thread."""
        self._size.observe(size, work)
        self._took.observe(took_s, work)


@runtime_checkable
class Measurable(Protocol):
    """A storage that can tell what it does."""

    def measure(self, meters: Meters) -> None:
        """Counts in these meters; to be called before it is opened."""
        ...


class Disk(Protocol):
    """The room of the disk that a database lies on."""

    full: bool
    """Nothing new is taken in."""

    def is_low(self) -> bool:
        """Too little for uploads."""
        ...

    def free(self) -> int:
        """Bytes."""
        ...


@runtime_checkable
class OnDisk(Protocol):
    """A storage that lies on a disk of this machine."""

    @property
    def disk(self) -> Disk:
        """The room there."""
        ...
