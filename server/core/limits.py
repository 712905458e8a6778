"""How often somebody may do something: token buckets, one by one and by key."""

import ipaddress
from collections import OrderedDict


class Bucket:
    """An allowance of `burst` at once that grows back at `rate` a second."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a bucket needs a rate above nothing and room for one")
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._at = 0.0

    def take(self, now: float, cost: float = 1.0) -> float:
        """Spend, and say 0.0; or spend nothing, and say how many seconds to wait."""
        # The first call sets the clock; one that runs backwards gives nothing and takes nothing.
        if now > self._at:
            self._left = min(self._burst, self._left + (now - self._at) * self._rate)
            self._at = now
        if self._left >= cost:
            self._left -= cost
            return 0.0
        return (cost - self._left) / self._rate


class Buckets:
    """One bucket a key, such as an address; of more keys than `most`, the one not seen for longest is forgotten."""

    __slots__ = ("_burst", "_by_key", "_most", "_rate")

    def __init__(self, rate: float, burst: float, most: int) -> None:
        self._rate = rate
        self._burst = burst
        self._most = most
        self._by_key: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_key)

    def take(self, key: str, now: float, cost: float = 1.0) -> float:
        """Spend from the key's bucket, and say 0.0 or how many seconds to wait."""
        bucket = self._by_key.get(key)
        if bucket is None:
            bucket = self._by_key[key] = Bucket(self._rate, self._burst)
            if len(self._by_key) > self._most:
                self._by_key.popitem(last=False)
        else:
            self._by_key.move_to_end(key)
        return bucket.take(now, cost)


def address_key(address: str) -> str:
    """What counts as one address: of IPv6 the first 64 bits, since a household or a server has all the others."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
