"""Checks of tables that can be used, and may mean something else than they say."""

from __future__ import annotations

from autoseg.tables.checks.accounts import check_ids
from autoseg.tables.checks.companions import check_companions
from autoseg.tables.checks.excluded import check_excluded
from autoseg.tables.checks.orders import check_orders
from autoseg.tables.checks.returns import check_returns
from autoseg.tables.checks.scale import check_scale

__all__ = [
    "check_companions",
    "check_excluded",
    "check_ids",
    "check_orders",
    "check_returns",
    "check_scale",
]
