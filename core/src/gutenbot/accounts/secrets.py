"""Secrets that are handed out once and kept as hashes, and how people and addresses are named in the database."""

import ipaddress
from hashlib import sha256

from gutenbot.kernel.ids import new_key

SETUP_MS = 24 * 3600_000
"""How long the link for the first owner is good."""


def new_secret(prefix: str = "") -> tuple[str, bytes]:
    """A secret of 256 random bits, and what is kept of it."""
    secret = new_key(prefix)
    return secret, kept(secret)


def kept(secret: str) -> bytes:
    """What is kept of a long random secret: one round is enough, and a look-up by it tells no time."""
    return sha256(secret.encode("utf-8", "replace")).digest()


def network_of(address: str) -> str:
    """The neighbourhood of an address: what one attacker has at hand (IPv4 /24, IPv6 /56)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 56), strict=False))


def email_of(text: str) -> str:
    """An address as it is kept and compared."""
    return text.strip().lower()
