"""What kind of event an event is, by the words of its type.

A type is split into words at blanks, hyphens, underscores, dots, colons and slashes:
``Email Opened``, ``email_open`` and ``mail.opened`` are opens, ``consent`` is no
message that was sent. The first kind that has one of the words wins, so that a
reminder of a cart that was sent is a message.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EVENT_KINDS", "OTHER", "kind_of"]

OTHER = "other"
"""The kind of an event that has none of the words."""

EVENT_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # what the business sent tells what it did, not what the customer did
        "sent": (
            *("delivered", "received", "sent"),
            *("levererat", "leveret", "levert", "sendt", "skickad", "skickat"),
        ),
        "start": (
            *("addtocart", "basket", "cart", "checkout"),
            *("handlekurv", "handlevogn", "indkøbskurv", "kassa", "kasse", "kundvagn"),
            *("kurv", "varukorg"),
        ),
        "click": (
            *("click", "clicked", "clicks"),
            *("klick", "klickad", "klickat", "klik", "klikk", "klikkede", "klikket"),
        ),
        "open": (
            *("open", "opened", "opens"),
            *("åbnet", "åbning", "åpnet", "åpning", "öppnad", "öppnat", "öppning"),
        ),
        "visit": (
            *("pageview", "session", "view", "viewed", "visit", "visited", "visits"),
            *("besøg", "besøgt", "besøk", "besøkt", "besök", "besökt"),
        ),
    }
)
"""Words of each kind: a message sent, an order begun, a click, an open, a visit."""


def kind_of(event_type: str) -> str:
    """Return SQL of the kind of an event, in DuckDB's dialect.

    Parameters
    ----------
    event_type : str
        SQL of its type.

    Examples
    --------
    >>> from autoseg.engines import DuckDBEngine
    >>> types = "(VALUES ('Email Opened'), ('add-to-cart'), ('consent')) AS t (word)"
    >>> with DuckDBEngine() as engine:
    ...     engine.fetch_rows(f"SELECT word, {kind_of('word')} FROM {types}")
    [('Email Opened', 'open'), ('add-to-cart', 'start'), ('consent', 'other')]
    """
    # some engines turn only the letters of English to small ones
    words = f"'_' || TRANSLATE(LOWER({event_type}), '- .:/ÅÆØÄÖ', '_____åæøäö') || '_'"
    cases = " ".join(
        "WHEN "
        + " OR ".join(f"STRPOS({words}, '_{word}_') > 0" for word in known)
        + f" THEN '{kind}'"
        for kind, known in EVENT_KINDS.items()
    )
    return f"CASE {cases} ELSE '{OTHER}' END"
