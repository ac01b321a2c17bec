"""Pseudonyms: customer ids replaced by what only a key can make of them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autoseg.tables.settings import Settings

__all__ = ["pseudonymise"]

_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C


def pseudonymise(customer_id: str, settings: Settings) -> str:
    """Return SQL of the pseudonym of a customer id; the id itself without a key.

    The pseudonym is the lower-case hexadecimal HMAC-SHA-256 (RFC 2104) of the id in
    UTF-8, the same in every table and every run with the same key. Ids are compared
    with other ids before this, never after.

    Parameters
    ----------
    customer_id : str
        SQL of an id as `read_ids` reads it: trimmed, and in Unicode NFC.
    settings : Settings
        The settings of the run. The key itself never becomes SQL, so no message of
        the engine can tell it.
    """
    if settings.pseudonym_key is None:
        return customer_id
    key = settings.pseudonym_key.encode()
    if len(key) > _BLOCK:
        key = sha256(key).digest()
    key = key.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(b ^ pad for b in key).hex() for pad in (_INNER, _OUTER))
    digest = f"sha256(unhex('{inner}') || encode({customer_id}))"
    return f"sha256(unhex('{outer}') || unhex({digest}))"
