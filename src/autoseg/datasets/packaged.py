"""The real data sets that ship with autoseg."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Grocery", "load_grocery", "load_online_retail"]


@dataclass(frozen=True, slots=True)
class Grocery:
    """The four tables of 753 households of a grocer.

    Parameters
    ----------
    transactions : pandas.DataFrame of shape (119182, 9)
        A row a basket and department: ``order_id``, ``customer_id``, ``timestamp``,
        ``category`` (the department; ``UNKNOWN`` where a product has none),
        ``amount`` (USD that the retailer received), ``discount`` (USD),
        ``n_units``, ``n_lines``, ``store_id``.
    customers : pandas.DataFrame of shape (256, 8)
        ``customer_id`` and bands of age, income and household; two thirds of the
        households have no row.
    events : pandas.DataFrame of shape (2702, 4)
        ``customer_id``, ``timestamp``, ``event_type`` (``campaign_sent`` or
        ``coupon_redeemed``), ``campaign_id``.
    responses : pandas.DataFrame of shape (2027, 7)
        ``customer_id``, ``campaign_id``, ``campaign_type``, ``start_date``,
        ``end_date``, ``responded`` (0 or 1), ``n_redeemed``.
    """

    transactions: pd.DataFrame
    customers: pd.DataFrame
    events: pd.DataFrame
    responses: pd.DataFrame


def load_grocery() -> Grocery:
    """Load a year of a grocer's customers: The Complete Journey, 753 households.

    46,427 baskets from 2017-01-01 13:01 to 2018-01-01 03:50, for 1,391,795.89 USD in
    all, with what is known of the households, the campaigns they were sent, and who
    responded. The campaigns were targeted, not randomised: a difference in response
    is no effect of a campaign.

    Returns
    -------
    Grocery
        Four frames; no row of the 753 households was dropped.

    Notes
    -----
    84.51° (2015), The Complete Journey, as published with the R package
    completejourney; CC0. Derived: a random sample of 753 of 2,469 households, their
    receipt lines summed to one row a basket and department, identifiers renamed.

    Examples
    --------
    >>> grocery = load_grocery()
    >>> grocery.transactions["customer_id"].nunique()
    753
    >>> print(round(grocery.transactions["amount"].sum(), 2))
    1391795.89
    """
    return Grocery(
        transactions=_read("grocery_transactions"),
        customers=_read("grocery_customers"),
        events=_read("grocery_events"),
        responses=_read("grocery_responses"),
    )


def load_online_retail() -> pd.DataFrame:
    """Load a year of a British gift shop's invoices: UCI Online Retail.

    From 2010-12-01 to 2011-12-09, the last day cut short; many of the customers are
    wholesalers. The 3,654 cancellations are kept, with negative amounts and an
    ``order_id`` that starts with ``C``; so are 4 orders of amount 0. Dropped are the
    135,080 of 541,909 lines that name no customer.

    Returns
    -------
    pandas.DataFrame of shape (22190, 7)
        A row an invoice and customer, sorted by time: ``order_id``,
        ``customer_id``, ``timestamp``, ``amount`` (GBP), ``quantity`` (units),
        ``n_lines``, ``country``.

    Notes
    -----
    Chen, D. (2015). Online Retail. UCI Machine Learning Repository,
    doi:10.24432/C5BW33. Introduced in Chen, D., Sain, S. L., Guo, K. (2012),
    doi:10.1057/dbm.2012.17. Licensed under CC BY 4.0. Changed: lines were summed to
    invoices (price times quantity in decimal arithmetic, so nothing is rounded); an
    invoice stamped over two minutes has the first.

    Examples
    --------
    >>> orders = load_online_retail()
    >>> orders["customer_id"].nunique()
    4372
    >>> int((orders["amount"] < 0).sum())
    3654
    """
    return _read("online_retail")


def _read(name: str) -> pd.DataFrame:
    """Return a packaged table."""
    import pandas as pd

    resource = files("autoseg.datasets").joinpath("data", f"{name}.parquet")
    with as_file(resource) as path:
        return pd.read_parquet(path)
