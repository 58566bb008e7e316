"""How long sessions last."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A session ends when nothing was asked for `idle`, and in any case after `whole`."""

    idle: timedelta = timedelta(minutes=30)
    whole: timedelta = timedelta(hours=12)

    @property
    def idle_ms(self) -> int:
        """The same in milliseconds."""
        return round(self.idle.total_seconds() * 1000)

    @property
    def whole_ms(self) -> int:
        """The same in milliseconds."""
        return round(self.whole.total_seconds() * 1000)
