"""How much one visitor, or one address, may do: token buckets in memory. A restart forgives, which is all right.

Where several workers share a database, `sharing` tells each of them what the others' buckets gave.
"""

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from gutenbot_channel_web.errors import TooFast

MOST_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many within so many seconds; all of them may come at once."""

    name: str
    """What is counted: two rates with the same figures are two limits (RAT-03)."""
    amount: int
    seconds: float


MESSAGES = Rate("messages", 10, 10)
MESSAGES_BY_ADDRESS = Rate("messages by address", 100, 10)
CALLS = Rate("calls", 120, 10)
CONVERSATIONS = Rate("conversations", 10, 60)
CONVERSATIONS_BY_ADDRESS = Rate("conversations by address", 100, 60)
UPLOADS = Rate("uploads", 10, 60)
UPLOADS_BY_ADDRESS = Rate("uploads by address", 60, 60)
SESSIONS_BY_ADDRESS = Rate("sessions by address", 120, 60)
TYPING = Rate("typing", 1, 2)
FRAMES = Rate("frames", 100, 5)
_SHARED = {
    rate.name: rate
    for rate in (
        MESSAGES, MESSAGES_BY_ADDRESS, CALLS, CONVERSATIONS, CONVERSATIONS_BY_ADDRESS, UPLOADS, UPLOADS_BY_ADDRESS,
        SESSIONS_BY_ADDRESS, TYPING,
    )
}  # fmt: skip
"""By name: what holds for all workers together."""


class Rates:
    """All buckets, by what they count and for whom; the one that was not used for longest goes first."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        most: int = MOST_BUCKETS,
        *,
        refused: Callable[[str], None] | None = None,
        pressed: Callable[[], bool] | None = None,
        shared: bool = False,
    ) -> None:
        """`refused` hears of each refusal by the name of its rate. While `pressed` says that the server has too much to do,
        everything counts twice. `shared` buckets remember what they gave, for `spent`."""
        self._monotonic = monotonic
        self._refused = refused
        self._pressed = pressed
        self._most = most
        self._buckets: OrderedDict[tuple[Rate, str], tuple[float, float]] = OrderedDict()
        self._shared = shared
        self._spent: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        """What others spent is heard of on another thread."""

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, *wanted: tuple[Rate, str]) -> None:
        """Takes one from each bucket, or from none. Raises `TooFast`."""
        now = self._monotonic()
        pressed = self._pressed is not None and self._pressed()
        if self._shared:
            wanted = tuple((rate, _digest(rate, whose)) for rate, whose in wanted)
        with self._lock:
            self._take(wanted, now, pressed=pressed)

    def _take(self, wanted: Sequence[tuple[Rate, str]], now: float, *, pressed: bool) -> None:
        levels = [self._level(key, now) for key in wanted]
        for (rate, _), level in zip(wanted, levels, strict=True):
            if level < (cost := _cost(rate, pressed=pressed)):
                if self._refused is not None:
                    self._refused(rate.name)
                raise TooFast(retry_after=max(1, math.ceil((cost - level) * rate.seconds / rate.amount)))
        for key, level in zip(wanted, levels, strict=True):
            self._set(key, level - _cost(key[0], pressed=pressed), now)
            if self._shared:
                self._spent[key[0].name, key[1]] += _cost(key[0], pressed=pressed)

    def _set(self, key: tuple[Rate, str], level: float, now: float) -> None:
        self._buckets[key] = (level, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)

    def spent(self, most: int) -> dict[str, dict[str, int]]:
        """What was given since this was asked last: rate → digest of whose → number; of very many, the largest."""
        with self._lock:
            told, self._spent = self._spent, Counter()
        found: dict[str, dict[str, int]] = {}
        for (name, whose), number in told.most_common(most):
            found.setdefault(name, {})[whose] = number
        return found

    def hear(self, spent: Mapping[str, Mapping[str, int]]) -> None:
        """Another worker gave so much. What was too much in all is paid back by waiting, for twice the rate's time at most."""
        now = self._monotonic()
        with self._lock:
            for name, numbers in spent.items():
                rate = _SHARED.get(name)
                for whose, number in numbers.items() if rate is not None else ():
                    assert rate is not None
                    key = (rate, whose)
                    self._set(key, max(-float(rate.amount), self._level(key, now) - number), now)

    def _level(self, key: tuple[Rate, str], now: float) -> float:
        rate = key[0]
        level, at = self._buckets.get(key, (float(rate.amount), now))
        return min(rate.amount, level + max(0.0, now - at) * rate.amount / rate.seconds)


def _cost(rate: Rate, *, pressed: bool) -> int:
    return min(2, rate.amount) if pressed else 1


def _digest(rate: Rate, whose: str) -> str:
    """A short name that other workers can be told: no address stands in the database."""
    return blake2b(f"{rate.name} {whose}".encode(), digest_size=9).hexdigest()


class Addresses:
    """Where a request comes from; a header is believed only from proxies that the settings name (RAT-05)."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(one, strict=False) for one in trusted]

    def client(self, peer: str, forwarded: str) -> str:
        """The nearest address that is not a trusted proxy; of IPv6 the network, since a person has as many as they like."""
        chain = [*(part.strip() for part in forwarded.split(",") if part.strip()), peer]
        for candidate in reversed(chain):
            if not self._is_trusted(candidate):
                return _grouped(candidate)
        return _grouped(chain[0])

    def _is_trusted(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self._trusted)


def _grouped(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text[:64]
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ip_network(f"{address}/64", strict=False))
    return str(address)
