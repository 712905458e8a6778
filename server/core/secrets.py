"""Secrets that have to be read again, such as keys of other services: encrypted in the database, opened here.

The one file that knows `cryptography`. What is sealed belongs to one organization and one column: in another row's
place it does not open.
"""

import hashlib
import os
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.core.errors import Unavailable

# 96 bits, as GCM wants it; random ones repeat after billions of secrets.
_NONCE_BYTES = 12
_PURPOSE = b"frontdesk: secrets at rest, 1"


class Sealed(msgspec.Struct, frozen=True):
    """A secret as it is stored, and the name of the key that opens it."""

    sealed: bytes
    sealed_by: str


class Vault:
    """Seals and opens secrets with a key that is made from FRONTDESK_SECRET."""

    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
        self._cipher = AESGCM(key)
        # Tells rows of another key apart, and nothing about the key.
        self.key_id = hashlib.sha256(b"name of " + key).hexdigest()[:12]

    def seal(self, org_id: UUID, column: str, secret: str) -> Sealed:
        """Encrypt for one organization and one column (`table.column`)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, secret.encode(), _bound_to(org_id, column))
        return Sealed(sealed, self.key_id)

    def open(self, org_id: UUID, column: str, found: Sealed) -> str:
        """The secret; refuses what was sealed with another key, for another place, or was changed."""
        if found.sealed_by != self.key_id:
            raise Unavailable("this secret was stored under another FRONTDESK_SECRET; make a new one")
        nonce, rest = found.sealed[:_NONCE_BYTES], found.sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, _bound_to(org_id, column)).decode()
        except (InvalidTag, ValueError):
            raise Unavailable("this secret was changed in the database; make a new one") from None


def _bound_to(org_id: UUID, column: str) -> bytes:
    return org_id.bytes + b"|" + column.encode()
