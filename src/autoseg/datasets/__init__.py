"""Data to try autoseg on: real ones that ship with it, and customers made to order.

Nothing heavy is imported until a loader runs.
"""

from __future__ import annotations

from autoseg.datasets.archetypes import ARCHETYPES, Archetype
from autoseg.datasets.customers import SyntheticCustomers, make_customers
from autoseg.datasets.packaged import Grocery, load_grocery, load_online_retail

__all__ = [
    "ARCHETYPES",
    "Archetype",
    "Grocery",
    "SyntheticCustomers",
    "load_grocery",
    "load_online_retail",
    "make_customers",
]
