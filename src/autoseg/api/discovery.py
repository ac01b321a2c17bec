"""From tables to named segments, in one call."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Unpack

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from autoseg.api.segmentation import Segmentation
    from autoseg.clustering import (
        AutoClusterer,
        CustomerScaler,
        SegmentStability,
    )
    from autoseg.features import Feature, FeatureTable
    from autoseg.features.times import PurchaseTimes
    from autoseg.model import SegmentModel
    from autoseg.profiles import RhythmTable, SegmentProfiles
    from autoseg.tables import ReadingOptions
    from autoseg.tables.placing import EngineChoice

__all__ = ["segment"]

# their versions are part of what a result depends on
_DEPENDED_ON = ("autoseg-customers", "duckdb", "numpy", "scikit-learn", "scipy")


def segment(
    transactions: object = None,
    *,
    summaries: object = None,
    customers: object = None,
    events: object = None,
    responses: object = None,
    columns: Mapping[str, str] | str | Path | None = None,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    features: Sequence[str | Feature] | None = None,
    target: tuple[int, int] = (5, 7),
    strict: bool = False,
    k_range: tuple[int, int] = (1, 10),
    method: Literal["auto", "kmeans", "gmm"] = "auto",
    min_share: float = 0.01,
    value_weight: float = 1.0,
    n_resamples: int = 50,
    purpose: str = "",
    engine: EngineChoice = "auto",
    memory_limit: str | None = None,
    temp_directory: str | Path | None = None,
    n_jobs: int | None = None,
    random_state: int = 0,
    progress: Callable[[str, float], None] | None = None,
    **options: Unpack[ReadingOptions],
) -> Segmentation:
    """Find the segments of the customers behind a table of transactions.

    Parameters
    ----------
    transactions : frame, path, pattern or sequence of paths, optional
        One row a transaction or order line: a customer, a time and an amount (or a
        quantity and a unit price), and whatever else there is. pandas, Polars,
        Arrow, CSV, CSV.gz, Parquet.
    summaries : frame, path, pattern or sequence of paths, optional
        In place of transactions, customers that came summed up: one row each with the
        days since the last purchase (or its date, with `as_of`), the number of orders
        and the total spend. No events and responses can stand beside it.
    customers, events, responses : frame or path, optional
        The other tables: attributes, visits and clicks, campaign responses.
    columns : mapping of str to str or path, optional
        Our name of a column to yours, where the names do not tell; or a TOML file
        that holds the same.
    as_of : datetime.date or str, optional
        The day from whose start on is looked back; rows of that day or later are
        not used. By default the day after the last row.
    since : datetime.date or str, optional
        First day to use.
    timezone : str, optional
        The business's time zone, for timestamps that carry an offset.
    currency : str, optional
        ISO code of the amounts.
    features : sequence of str or Feature, optional
        The features that segments are found on, by name, or measures of your own; the
        catalogue's default set otherwise. ``"attribute_<column>"`` is a column of the
        customers. All features are computed and described either way.
    target : tuple of int
        The wanted number of segments, a preference.
    strict : bool
        Hold to the wanted number whatever the data say.
    k_range : tuple of int
        Numbers of segments that are tried.
    method : {"auto", "kmeans", "gmm"}
        Models that are tried.
    min_share : float
        Smallest share of the customers that a segment may have.
    value_weight : float
        How much recency, frequency and monetary value weigh beside what else is known
        of the customers. At 2 segments tell more about what customers will spend, and
        less about how else they differ. Above 0.
    n_resamples : int
        Bootstrap resamples behind the stability of each segment; 0 leaves it out.
    purpose : str
        What the segments are for, in your words. It is kept with the model, for whoever
        is handed it, and decides nothing.
    engine : {"auto", "duckdb", "source"}
        Where the features are computed: ``"source"`` where the rows are, for Spark
        data frames and queries on PostgreSQL; ``"duckdb"`` in the embedded engine, to
        which they are copied; ``"auto"`` where the rows are if that can be done. No
        result depends on it.
    memory_limit : str, optional
        Memory for the tables, such as ``"2GB"``; what is above goes to disk.
    temp_directory : path, optional
        Folder for what goes to disk; the system's own by default. It is empty again
        afterwards.
    n_jobs : int, optional
        Processes and threads to use; all cores by default. No result depends on it.
    random_state : int
        Seed of everything random.
    progress : callable, optional
        Called with the name of a stage, in this order ``"tables"``, ``"features"``,
        ``"clustering"``, ``"stability"``, ``"profiles"``, and the share of it that is
        done: 0 as it begins, then as far as it can be told. Calls come from several
        threads, one at a time.
    **options
        Input out of the ordinary: returns, rates of currencies, formats, ids to leave
        out; each is told in `autoseg.tables.ReadingOptions`.

    Returns
    -------
    Segmentation

    Raises
    ------
    InputError
        If a table cannot be used; the message holds everything that is wrong.
    StructureError
        If there are fewer customers than segments need.

    Warns
    -----
    InputWarning
        Once for each thing that was left out, read with care, or speaks against a
        segmentation of these data.

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> int(segmentation.labels.value_counts().sum())
    600
    """
    from autoseg.api.gathering import gather
    from autoseg.api.segmentation import Segmentation
    from autoseg.model import ModelCard, build_model
    from autoseg.profiles import profile_segments
    from autoseg.report import map_points
    from autoseg.tables.placing import Workplace

    given = {
        "transactions": transactions, "summaries": summaries, "customers": customers,
        "events": events, "responses": responses,
    }  # fmt: skip
    reading: dict[str, Any] = {
        "columns": columns, "as_of": as_of, "since": since, "timezone": timezone,
        "currency": currency, **options,
    }  # fmt: skip
    choices: dict[str, Any] = {
        "target": target, "strict": strict, "k_range": k_range, "method": method,
        "min_share": min_share, "value_weight": value_weight,
        "random_state": random_state,
    }  # fmt: skip
    _check_purpose(purpose)
    tell = progress or (lambda _stage, _done: None)
    threads = None if n_jobs in (None, -1) else n_jobs
    where = Workplace(engine, memory_limit, threads, temp_directory)
    staged, table, drawn, times = gather(given, reading, where, progress, features)
    tell("clustering", 0.0)
    matrix = table.matrix(_names(features))
    fit = _fit(matrix, drawn, choices, n_jobs or -1)
    tell("stability", 0.0)
    stability = _stability(fit.clusterer, fit.sample, n_resamples, random_state)
    tell("profiles", 0.0)
    profiles = profile_segments(
        table,
        fit.labels,
        stability=None if stability is None else stability.jaccard,
        basis=matrix.columns.tolist(),
    )
    told = _reading_settings(reading) | _settings(
        table, matrix, n_resamples=n_resamples, **choices
    )
    by_number = _by_number(stability, profiles)
    model = build_model(
        fit.scaler,
        fit.clusterer,
        profiles,
        table,
        scaled=fit.scaled.to_numpy(),
        stability=_similarities(by_number),
        card=ModelCard(
            purpose=purpose,
            verdict=fit.clusterer.selection_.verdict,
            n_customers=len(table.frame),
            rows_used=staged.log.rows_used,
            rows_dropped=staged.log.rows_in - staged.log.rows_used,
            allowed=tuple(sorted(one.label for one in table.features if one.sensitive)),
        ),
        timezone=timezone,
        settings=told,
    )
    assignments = _assignments(model, matrix)
    return Segmentation(
        profiles=profiles,
        assignments=assignments,
        features=table,
        selection=fit.clusterer.selection_,
        stability=by_number,
        model=model,
        log=staged.log,
        mapping=staged.mapping,
        map_points=map_points(fit.scaled, assignments["segment"]),
        settings=told,
        rhythm=_rhythm(times, assignments),
    )


def _check_purpose(purpose: object) -> None:
    """Raise if the purpose is no text that a file can hold, before any work is done."""
    try:
        str.encode(purpose)  # type: ignore[arg-type]
    except (TypeError, UnicodeEncodeError):
        found = f"{purpose!r} cannot be used"
        fix = "say in words what the segments are for"
        raise InputError(Finding("ASG_E_SETTING", "purpose", found, fix)) from None


class _Fit(NamedTuple):
    """Segments that were found, and on what.

    Parameters
    ----------
    scaler : CustomerScaler
        Fitted on the sample.
    clusterer : AutoClusterer
        Fitted on the sample.
    scaled : pandas.DataFrame of shape (n_customers, n_columns)
        All customers.
    sample : pandas.DataFrame of shape (n_sample, n_columns)
        Those that segments were found on.
    labels : ndarray of int, shape (n_customers,)
        The label of each customer.
    """

    scaler: CustomerScaler
    clusterer: AutoClusterer
    scaled: pd.DataFrame
    sample: pd.DataFrame
    labels: np.ndarray


def _fit(
    matrix: pd.DataFrame,
    drawn: list[str] | None,
    choices: Mapping[str, Any],
    n_jobs: int,
) -> _Fit:
    """Find segments on the customers who were drawn, and label all customers."""
    from autoseg.clustering import AutoClusterer, CustomerScaler, require_customers

    # the scaler, as scikit-learn wants it, refuses one customer in its own words
    require_customers(len(matrix))
    chosen = slice(None) if drawn is None else matrix.index.isin(drawn)
    scaler = CustomerScaler(value_weight=choices["value_weight"])
    scaler.set_output(transform="pandas").fit(matrix[chosen])
    scaled = scaler.transform(matrix)
    sample = scaled[chosen]
    clusterer = AutoClusterer(**choices, n_jobs=n_jobs).fit(sample)
    labels = clusterer.labels_ if drawn is None else clusterer.predict(scaled)
    return _Fit(scaler, clusterer, scaled, sample, labels)


def _names(features: Sequence[str | Feature] | None) -> list[str] | None:
    if features is None:
        return None
    return [one if isinstance(one, str) else one.name for one in features]


def _reading_settings(reading: Mapping[str, Any]) -> dict[str, str]:
    """Return how the tables were read, where not as always; no id and no key."""
    from autoseg.tables.settings import Settings

    usual = Settings()
    told = {
        name: value
        for name, value in reading.items()
        # the columns are in the mapping, the day in the features
        if name not in {"columns", "as_of"} and value != getattr(usual, name)
    }
    if told.get("exclude_ids"):
        told["exclude_ids"] = f"{len(set(told['exclude_ids']))} ids"
    if told.get("allow_sensitive"):
        names = told["allow_sensitive"]
        told["allow_sensitive"] = (
            names if isinstance(names, str) else ", ".join(sorted(names))
        )
    if told.pop("pseudonym_key", None):
        told["pseudonymised"] = True
    if told.get("rates"):
        rates = sorted(told["rates"].items())
        told["rates"] = ", ".join(f"{code}={rate}" for code, rate in rates)
    return {name: str(value) for name, value in told.items() if value}


def _settings(
    table: FeatureTable, matrix: pd.DataFrame, **choices: Any
) -> dict[str, Any]:
    """Return the settings and versions that the result depends on."""
    looked_from = {} if table.as_of is None else {"as_of": table.as_of.isoformat()}
    bands = {key: "-".join(map(str, choices[key])) for key in ("target", "k_range")}
    versions = {package: version(package) for package in _DEPENDED_ON}
    return {
        **looked_from,
        "features": ", ".join(matrix.columns),
        **choices,
        **bands,
        **versions,
    }


def _stability(
    clusterer: AutoClusterer,
    scaled: pd.DataFrame,
    n_resamples: int,
    random_state: int,
) -> SegmentStability | None:
    """Return how well each label survives; None where nobody asks or can tell."""
    from autoseg.clustering import bootstrap_stability

    if not n_resamples or clusterer.n_clusters_ == 1:
        return None
    return bootstrap_stability(
        clusterer,
        scaled,
        n_resamples=n_resamples,
        random_state=random_state,
        n_jobs=clusterer.n_jobs,
    )


def _assignments(model: SegmentModel, matrix: pd.DataFrame) -> pd.DataFrame:
    """Return the segment of each customer of the fit, who all can be placed."""
    placed = model.assign_features(matrix)
    return placed[["segment", "confidence", "runner_up"]].astype({"segment": "int64"})


def _similarities(stability: SegmentStability | None) -> dict[int, float] | None:
    if stability is None:
        return None
    return dict(enumerate(stability.jaccard, 1))


def _rhythm(
    times: PurchaseTimes | None, assignments: pd.DataFrame
) -> RhythmTable | None:
    """Return when each segment buys; of the customers' own times nothing is kept."""
    from autoseg.profiles.week import rhythm_table

    return None if times is None else rhythm_table(times, assignments["segment"])


def _by_number(
    stability: SegmentStability | None, profiles: SegmentProfiles
) -> SegmentStability | None:
    """Return the same by the segments' numbers, no longer by the labels of a fit."""
    if stability is None:
        return None
    return stability.reordered(profiles.order)
