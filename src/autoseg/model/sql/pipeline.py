"""From raw orders to segments in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.features import CATALOGUE, MissingRule
from autoseg.features.statement import read_orders
from autoseg.model.sql.scoring import Scoring
from autoseg.model.sql.statement import created, header, read_results
from autoseg.tables.findings import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from autoseg.features import Feature
    from autoseg.features.statement import OrderTable
    from autoseg.model.segment_model import SegmentModel

__all__ = ["orders_statement", "pipeline_sql"]

# no user's table is read after this name is known, so it hides none
_FEATURES = "features"
# what one statement over typed orders cannot do as staging does
_NOT_DONE = (
    *("drop_duplicates", "exclude_ids", "max_amount", "pseudonymised", "rates"),
    "returns",
)
_OTHER_TABLES = frozenset({"customers", "device", "events", "responses"})


def pipeline_sql(
    model: SegmentModel,
    dialect: str,
    *,
    table: str,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    language: str = "en",
    results: Sequence[str] | None = None,
    posteriors: bool = False,
    create: str | None = None,
    name: str | None = None,
) -> str:
    """Return the statement; see `SegmentModel.pipeline_sql`."""
    orders = read_orders(
        dialect,
        table=table,
        columns=columns,
        as_of=as_of,
        since=since,
        timezone=timezone or model.window.timezone,
        currency=currency or model.window.currency,
    )
    return orders_statement(
        model,
        orders,
        table,
        language=language,
        results=results,
        posteriors=posteriors,
        create=create,
        name=name,
    )


def orders_statement(
    model: SegmentModel,
    orders: OrderTable,
    table: str,
    *,
    language: str = "en",
    results: Sequence[str] | None = None,
    posteriors: bool = False,
    create: str | None = None,
    name: str | None = None,
) -> str:
    """Return the statement over orders; `table` is what the comment calls them."""
    findings = Findings()
    _check_currency(model, orders, findings)
    _check_settings(model, findings)
    features = _features(model, orders, findings)
    told = read_results(results, findings)
    beginning = created(orders.warehouse, create, name, findings)
    findings.raise_errors()
    steps, select = orders.query(features)
    scoring = Scoring(
        model,
        orders.warehouse,
        _FEATURES,
        language=language,
        results=told,
        posteriors=posteriors,
    )
    scored = ",\n".join(scoring.steps())
    settings = orders.settings
    what = (
        f"Segments of customers who have bought, one row each, from the orders in"
        f" {table}, looked at from the start of"
        f" {settings.as_of or 'the day after the last row'}, with rows from"
        f" {settings.since or 'the first one'} on"
    )
    return (
        f"{header(model, orders.warehouse, what)}{beginning}WITH {steps},\n"
        f"{_FEATURES} AS (\n{select}\n),\n{scored}\n{scoring.result()}\n"
    )


def _check_currency(
    model: SegmentModel, orders: OrderTable, findings: Findings
) -> None:
    own, given = model.window.currency, orders.settings.currency
    if own is not None and given != own:
        findings.error(
            "ASG_E_CURRENCY",
            "currency",
            f"the model was fitted on amounts in {own}, not in {given}",
            f"give amounts in {own}",
        )


def _check_settings(model: SegmentModel, findings: Findings) -> None:
    # only what is not as always stands among a model's settings
    for setting in _NOT_DONE:
        if setting in model.settings:
            findings.error(
                "ASG_E_PIPELINE_SETTING",
                "the model",
                f"it was fitted with {setting} = {model.settings[setting]}, which the"
                " statement does not do",
                "prepare the orders in a view, compute the features there and score"
                " them by to_sql",
            )


def _features(
    model: SegmentModel, orders: OrderTable, findings: Findings
) -> tuple[Feature, ...]:
    """Return what is computed, in the order of the model."""
    there = frozenset(orders.mapping) | {"time_of_day"}
    chosen: list[Feature] = []
    for feature in model.features:
        one = feature.definition
        if one is None or one.level or one.needs & _OTHER_TABLES:
            findings.error(
                "ASG_E_FEATURE_PIPELINE",
                f"the feature {feature.name!r}",
                "it does not come from the columns of orders alone",
                "score a table of features by to_sql",
            )
        elif absent := sorted(one.needs - there):
            findings.error(
                "ASG_E_FEATURE_NEEDS",
                f"the feature {feature.name!r}",
                f"it needs {' and '.join(absent)}, which no column is named for",
                f"name it, as in columns={{{absent[0]!r}: 'its name'}}",
            )
        else:
            chosen.append(one)
    fills = any(one.missing is MissingRule.TENURE for one in model.features)
    if fills and "tenure_days" not in {one.name for one in chosen}:
        chosen.append(CATALOGUE["tenure_days"])
    return tuple(chosen)
