"""Groups of customers who are in no segment, and what they are called."""

from __future__ import annotations

from autoseg.locales import load_catalogue

__all__ = ["PROSPECTS", "UNSCORABLE", "group_name"]

PROSPECTS = "prospects"
"""Customers who have not bought in the time that is looked at."""

UNSCORABLE = "unscorable"
"""Customers with a value that the rule cannot place."""


def group_name(key: str, language: str = "en") -> str:
    """Return what a group without a segment is called.

    Parameters
    ----------
    key : str
        `PROSPECTS` or `UNSCORABLE`.
    language : str
        ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``.

    Returns
    -------
    str

    Examples
    --------
    >>> group_name("prospects", "nb")
    'Uten kjøp i perioden'
    """
    return load_catalogue(language).text(f"model.groups.{key}")
