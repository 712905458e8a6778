"""Secrets at rest."""

from uuid import uuid4

import pytest

from server.core.errors import Unavailable
from server.core.secrets import Sealed, Vault

SECRET = "s" * 32
PLACE = "identity_key.sealed"


def test_what_was_sealed_is_opened_by_the_same_secret() -> None:
    """On any node, since the key is made from the secret alone."""
    org = uuid4()
    sealed = Vault(SECRET).seal(org, PLACE, "fdi_x")
    assert b"fdi_x" not in sealed.sealed
    assert Vault(SECRET).open(org, PLACE, sealed) == "fdi_x"


def test_the_same_secret_never_looks_the_same() -> None:
    """So that nobody sees who uses the same one."""
    org, vault = uuid4(), Vault(SECRET)
    assert vault.seal(org, PLACE, "fdi_x").sealed != vault.seal(org, PLACE, "fdi_x").sealed


@pytest.mark.parametrize("kind", ["organization", "column", "changed", "cut", "key"])
def test_a_sealed_secret_opens_nowhere_else(kind: str) -> None:
    """A row that was copied or changed by hand is of no use, and neither is the database without the secret."""
    org = uuid4()
    found = Vault(SECRET).seal(org, PLACE, "fdi_x")
    changed = Sealed(found.sealed[:-1] + bytes([found.sealed[-1] ^ 1]), found.sealed_by)
    vault, where, column, sealed = {
        "organization": (Vault(SECRET), uuid4(), PLACE, found),
        "column": (Vault(SECRET), org, "channel.name", found),
        "changed": (Vault(SECRET), org, PLACE, changed),
        "cut": (Vault(SECRET), org, PLACE, Sealed(found.sealed[:20], found.sealed_by)),
        "key": (Vault("t" * 32), org, PLACE, found),
    }[kind]
    with pytest.raises(Unavailable):
        vault.open(where, column, sealed)


def test_another_key_opens_nothing_even_under_its_name() -> None:
    """The name of a key is a hint, and no proof."""
    org, other = uuid4(), Vault("t" * 32)
    found = Vault(SECRET).seal(org, PLACE, "fdi_x")
    with pytest.raises(Unavailable):
        other.open(org, PLACE, Sealed(found.sealed, other.key_id))
