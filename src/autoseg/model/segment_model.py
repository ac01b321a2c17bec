"""One rule: from a customer's features to a segment and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd

from autoseg.clustering import scale_apart
from autoseg.errors import Finding, InputError
from autoseg.features import MissingRule
from autoseg.model.groups import UNSCORABLE, group_name
from autoseg.model.parts import ModelCard, ModelFeature, ModelSegment, ModelWindow

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path
    from typing import BinaryIO

    from sklearn.pipeline import Pipeline

    from autoseg.clustering import (
        AutoClusterer,
        ClusterRule,
        ColumnAccount,
        CustomerScaler,
        OutputColumn,
    )
    from autoseg.engines import DatabaseTable
    from autoseg.model.assigning import Assigned
    from autoseg.model.counting import AssignmentCounts
    from autoseg.tables import ReadingOptions
    from autoseg.tables.placing import EngineChoice

__all__ = ["LARGEST", "SegmentModel"]

LARGEST = 1e307
"""What is beyond it on either side is no value that can be placed."""


@dataclass(frozen=True, slots=True)
class SegmentModel:
    """The fitted rule as plain numbers and words, without a single customer.

    Parameters
    ----------
    features : tuple of ModelFeature
        The columns that the rule looks at, in their order.
    columns : tuple of ColumnAccount
        What is done to each of them.
    outputs : tuple of OutputColumn
        The columns that come out of that.
    rule : ClusterRule
        Centres or densities in the space of the outputs.
    numbers : tuple of int
        The number of the segment (from 1) of each component of the rule.
    segments : tuple of ModelSegment
        The segments by number.
    window : ModelWindow
        The days and the money of the fit.
    card : ModelCard
        What it is for and how good it is.
    far : float or None
        Squared distance, in the widths of the segment, above which a customer is
        unlike any segment: that of the farthest hundredth of the customers of the fit,
        at three digits. None where nobody is said to be.
    settings : mapping of str to str
        The settings, the seed and the versions that the fit depended on.

    Examples
    --------
    >>> import autoseg
    >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
    >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
    >>> matrix = segmentation.features.matrix()
    >>> bool((segmentation.model.predict(matrix) == segmentation.labels).all())
    True
    """

    features: tuple[ModelFeature, ...]
    columns: tuple[ColumnAccount, ...]
    outputs: tuple[OutputColumn, ...]
    rule: ClusterRule
    numbers: tuple[int, ...]
    segments: tuple[ModelSegment, ...]
    window: ModelWindow = field(default_factory=ModelWindow)
    card: ModelCard = field(default_factory=ModelCard)
    far: float | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns that the rule looks at, in their order."""
        return tuple(feature.name for feature in self.features)

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Return the number of the segment of each customer.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            Finite features without gaps; found by name, others are ignored.

        Returns
        -------
        ndarray of int64, shape (n_customers,)
            Numbers from 1.

        Raises
        ------
        InputError
            If a feature is missing (``ASG_E_FEATURE_MISSING``) or has values that
            are not finite (``ASG_E_NOT_FINITE``); `assign_features` fills gaps and
            sets apart who cannot be placed.
        """
        labels = self.rule.predict(self.transform(features))
        numbers: np.ndarray = np.array(self.numbers, dtype=np.int64)[labels]
        return numbers

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        """Return the probability of each segment for each customer.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            As for `predict`.

        Returns
        -------
        ndarray of shape (n_customers, n_segments)
            Column ``j`` belongs to segment ``j + 1``.

        Raises
        ------
        InputError
            As `predict`.
        """
        by_label = self.rule.predict_proba(self.transform(features))
        by_number: np.ndarray = by_label[:, np.argsort(self.numbers)]
        return by_number

    def assign_features(
        self, features: pd.DataFrame, language: str = "en"
    ) -> pd.DataFrame:
        """Return the segment of each customer from features, and how sure it is.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            Found by name, others are ignored; the index is kept. A gap is filled as it
            was at the fit, where it means something; see `ModelFeature.missing`.
        language : str
            Language of the names.

        Returns
        -------
        pandas.DataFrame of shape (n_customers, 6)
            ``segment`` (Int64: its number, missing where the customer cannot be
            placed), ``segment_key`` and ``segment_name`` (texts; ``"unscorable"`` is
            the key of who cannot be placed), ``confidence`` (probability of that
            segment, 0 to 1), ``runner_up`` (Int64: number of the next segment, missing
            where there is none) and ``unlike_any`` (boolean: whether the customer is
            farther from the segment than nearly all were at the fit).

        Raises
        ------
        InputError
            If a feature is missing (``ASG_E_FEATURE_MISSING``).
        """
        values = self._filled(features)
        scorable = _scorable(values)
        if not scorable.all():
            values = [column[scorable] for column in values]
        scaled = scale_apart(values, self.columns, self.outputs)
        placed = self.rule.place(scaled.T)
        numbers = np.array(self.numbers, dtype=np.int64)
        segment = _spread(numbers[placed.segment], scorable)
        keys, names = self.texts_of(segment.to_numpy("int64", na_value=0), language)
        far = np.inf if self.far is None else self.far
        return pd.DataFrame(
            {
                "segment": segment,
                "segment_key": keys,
                "segment_name": names,
                "confidence": _with_gaps(placed.confidence, scorable),
                "runner_up": _spread(
                    np.where(placed.runner_up < 0, 0, numbers[placed.runner_up]),
                    scorable,
                ),
                "unlike_any": _flags(placed.squared_distance > far, scorable),
            },
            index=features.index,
        )

    def transform(self, features: pd.DataFrame) -> np.ndarray:
        """Return the features as the rule looks at them: evened out, on one scale.

        Parameters
        ----------
        features : pandas.DataFrame of shape (n_customers, at least n_features)
            As for `predict`.

        Returns
        -------
        ndarray of shape (n_customers, n_outputs)

        Raises
        ------
        InputError
            As `predict`.
        """
        values = self._values(features)
        wrong = ~np.logical_and.reduce([np.isfinite(one) for one in values])
        if wrong.any():
            raise InputError(
                Finding(
                    "ASG_E_NOT_FINITE",
                    "the features",
                    f"{int(wrong.sum())} of {len(wrong)} customers have gaps or "
                    "infinite values",
                    "fill them first, as FeatureTable.matrix does, or use"
                    " assign_features",
                )
            )
        scaled = scale_apart(values, self.columns, self.outputs)
        return np.ascontiguousarray(scaled.T)

    def renamed(self, names: Mapping[int, Mapping[str, str]]) -> SegmentModel:
        """Return the same model with other names of its segments.

        Parameters
        ----------
        names : mapping of int to mapping of str to str
            By number of the segment, then by language.
        """
        segments = tuple(
            replace(one, names=names.get(one.number, one.names))
            for one in self.segments
        )
        return replace(self, segments=segments)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model to a file, which `autoseg.load` reads; see `save_model`."""
        from autoseg.model.file import save_model

        return save_model(self, path)

    @classmethod
    def load(cls, file: str | os.PathLike[str] | bytes | BinaryIO) -> SegmentModel:
        """Return the model in a file; see `load_model`."""
        from autoseg.model.file import load_model

        return load_model(file)

    def assign(
        self,
        transactions: object,
        *,
        customers: object = None,
        events: object = None,
        responses: object = None,
        columns: Mapping[str, str] | str | Path | None = None,
        as_of: date | str | None = None,
        since: date | str | None = None,
        timezone: str | None = None,
        currency: str | None = None,
        language: str = "en",
        check_units: bool = True,
        engine: EngineChoice = "auto",
        memory_limit: str | None = None,
        temp_directory: str | Path | None = None,
        n_jobs: int | None = None,
        progress: Callable[[str, float], None] | None = None,
        **options: Unpack[ReadingOptions],
    ) -> pd.DataFrame:
        """Return the segment of each customer behind a table of transactions.

        The features are those of the fit, by their stored definitions: what is new in
        the data, such as a channel, changes none of them.

        Parameters
        ----------
        transactions : frame, path, pattern, Query or sequence of paths
            One row a transaction or order line, as in `autoseg.segment`.
        customers, events, responses : frame, path or Query, optional
            The other tables.
        columns : mapping of str to str or path, optional
            Our name of a column to yours, where the names do not tell.
        as_of : datetime.date or str, optional
            The day from whose start on is looked back. By default the day after the
            last row.
        since : datetime.date or str, optional
            First day to use. Where `as_of` is given, by default as many days before it
            as the fit looked back, for sums and counts grow with the days; rows from
            before are counted in the cleaning.
        timezone, currency : str, optional
            By default those of the fit.
        language : str
            Language of the names.
        check_units : bool
            Whether it is an error that the median of an amount is over 20 times what it
            was at the fit, or under a 20th: most often they came in another unit.
        engine : {"auto", "duckdb", "source"}
            Where to work, as in `autoseg.segment`. No result depends on it.
        memory_limit : str, optional
            Memory for the tables, such as ``"2GB"``; what is above goes to disk.
        temp_directory : path, optional
            Where on disk; by default the system's temporary folder.
        n_jobs : int, optional
            Threads to use; all cores by default. No result depends on it.
        progress : callable, optional
            Called with ``"tables"`` or ``"features"`` and the share of it that is done.
        **options
            Input out of the ordinary, as in `autoseg.tables.ReadingOptions`.

        Returns
        -------
        pandas.DataFrame of shape (n_customers, 6)
            The columns of `assign_features`; the index is ``customer_id``, sorted.
            Customers who are known but have not bought in the window, from the
            customers table or from other rows of theirs, have the key ``"prospects"``
            and no segment.

        Raises
        ------
        InputError
            If a table cannot be used, is in another currency (``ASG_E_MODEL_CURRENCY``)
            or unit (``ASG_E_MODEL_UNIT``), or cannot carry a feature
            (``ASG_E_FEATURE_NEEDS``); the message holds everything that is wrong.

        Warns
        -----
        InputWarning
            Once for each thing that was left out or read with care, and where the rows
            go back farther or less far than at the fit (``ASG_W_WINDOW``).

        Examples
        --------
        >>> import autoseg
        >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
        >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
        >>> assigned = segmentation.model.assign(shop.transactions)
        >>> bool((assigned["segment"] == segmentation.labels).all())
        True
        """
        from autoseg.model.assigning import assign, sorted_out

        asked = sorted_out(
            transactions,
            customers=customers,
            events=events,
            responses=responses,
            columns=columns,
            as_of=as_of,
            since=since,
            timezone=timezone,
            currency=currency,
            engine=engine,
            memory_limit=memory_limit,
            temp_directory=temp_directory,
            n_jobs=n_jobs,
            **options,
        )
        return assign(
            self,
            *asked,
            language=language,
            unit_check=check_units,
            progress=progress,
        )

    def assign_to(
        self,
        target: str | os.PathLike[str] | DatabaseTable,
        transactions: object,
        *,
        language: str = "en",
        check_units: bool = True,
        raw_csv: bool = False,
        progress: Callable[[str, float], None] | None = None,
        **reading: Any,
    ) -> Assigned:
        """Write the segment of each customer to a file or a table of a database.

        Customers are scored in batches, so that any number of them passes in the
        memory of one batch and of the engine. What was there is replaced when all are
        written, and stays as it was if anything goes wrong.

        Parameters
        ----------
        target : path or DatabaseTable
            A file that ends in ``.csv``, ``.csv.gz`` or ``.parquet``, in a folder that
            exists; or an `autoseg.engines.DatabaseTable` of PostgreSQL. The columns are
            ``customer_id`` and those of `assign`, as in ``segments.csv``.
        transactions : frame, path, pattern, Query or sequence of paths
            As in `assign`.
        language, check_units, progress
            As in `assign`.
        raw_csv : bool
            Whether texts are written to CSV exactly as they are, for programs. By
            default a text that a spreadsheet would run as a formula, such as an id
            ``=1+1``, gets an apostrophe in front.
        **reading
            All else that `assign` takes: the other tables, bounds, limits and options.

        Returns
        -------
        Assigned
            ``counts``, how many customers are in which segment, and ``log``, what
            became of the rows.

        Raises
        ------
        InputError
            As `assign`.
        OutputError
            If the target cannot be written.

        Examples
        --------
        >>> import autoseg
        >>> from tempfile import TemporaryDirectory
        >>> shop = autoseg.datasets.make_customers(600, segments=3, random_state=1)
        >>> segmentation = autoseg.segment(shop.transactions, n_resamples=0)
        >>> with TemporaryDirectory() as folder:
        ...     written = segmentation.model.assign_to(
        ...         f"{folder}/segments.parquet", shop.transactions
        ...     )
        >>> written.counts.n_customers
        600
        """
        from autoseg.model.assigning import assign_to, sorted_out

        return assign_to(
            target,
            self,
            *sorted_out(transactions, **reading),
            language=language,
            unit_check=check_units,
            raw_csv=raw_csv,
            progress=progress,
        )

    def assign_features_to(
        self,
        target: str | os.PathLike[str] | DatabaseTable,
        features: str | os.PathLike[str],
        *,
        language: str = "en",
        check_units: bool = True,
        raw_csv: bool = False,
        n_jobs: int | None = None,
    ) -> AssignmentCounts:
        """Write the segment of each customer of a file of features, in batches.

        Parameters
        ----------
        target : path or DatabaseTable
            As in `assign_to`.
        features : path
            A Parquet file with ``customer_id`` and the features of the model, such as
            ``autoseg features`` writes; other columns are not read. The order of the
            rows is kept.
        language, check_units
            As in `assign`.
        raw_csv : bool
            As in `assign_to`.
        n_jobs : int, optional
            Batches that are scored at a time; all cores by default. No result depends
            on it.

        Returns
        -------
        AssignmentCounts
            How many customers are in which segment.

        Raises
        ------
        InputError
            If the file cannot be read, lacks a feature (``ASG_E_FEATURE_MISSING``) or
            has amounts in another unit (``ASG_E_MODEL_UNIT``).
        OutputError
            If the target cannot be written.
        """
        from autoseg.model.featurefiles import assign_features_to

        return assign_features_to(
            target,
            self,
            features,
            language=language,
            unit_check=check_units,
            raw_csv=raw_csv,
            threads=None if n_jobs in {None, -1} else n_jobs,
        )

    def to_sql(
        self,
        dialect: str,
        *,
        table: str,
        customer_id: str = "customer_id",
        columns: Mapping[str, str] | None = None,
        language: str = "en",
        results: Sequence[str] | None = None,
        posteriors: bool = False,
        create: str | None = None,
        name: str | None = None,
    ) -> str:
        """Return one SELECT that says of each row of a feature table what this says.

        The same operations on the same numbers in the same order as `assign_features`,
        so that every customer is in the same segment.

        Parameters
        ----------
        dialect : {"bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark"}
            What it is written for. What is written for DuckDB, PostgreSQL and Spark has
            been run there by the tests of this package; the others have not been run.
        table : str
            The table with the features as the database lists it, such as
            ``"shop.features"``; a part with a dot stands in quotes. For Snowflake small
            letters mean a name without quotes.
        customer_id : str
            Its column of customers.
        columns : mapping of str to str, optional
            Our name of a feature to the table's; those left out are called as here.
        language : str
            Language of the segments' names.
        results : sequence of str, optional
            Which of the columns of `assign_features` come out; all by default. Fewer
            are faster.
        posteriors : bool
            Whether the probability of each segment comes out as well, as ``p_1``,
            ``p_2`` and so on by its number.
        create : {"view", "table"}, optional
            Whether the statement makes a view (in place of one of that name) or a
            table.
        name : str, optional
            What that is called.

        Returns
        -------
        str
            The statement, with a comment that says what it is. Its first column is
            ``customer_id``.

        Raises
        ------
        InputError
            If a setting or a name cannot be used.
        """
        from autoseg.model.sql import features_statement

        return features_statement(
            self,
            dialect,
            table=table,
            customer_id=customer_id,
            columns=columns,
            language=language,
            results=results,
            posteriors=posteriors,
            create=create,
            name=name,
        )

    def pipeline_sql(
        self,
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
        """Return one SELECT from raw orders to segments.

        The features are those of `autoseg.features_sql`, so the same rows are left out
        and only customers who have bought come out.

        Parameters
        ----------
        dialect : {"bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark"}
            As for `to_sql`.
        table : str
            The table of orders or order lines with typed columns.
        columns : mapping of str to str or path, optional
            Our name of a column to the table's, as for `autoseg.features_sql`.
        as_of : datetime.date or str, optional
            The day that is looked back from; by default the day after the last row.
        since : datetime.date or str, optional
            First day that is used.
        timezone : str, optional
            The business's time zone, where the times are instants; the model's own by
            default.
        currency : str, optional
            The model's own by default, and no other can be.
        language, results, posteriors, create, name
            As for `to_sql`.

        Returns
        -------
        str
            The statement.

        Raises
        ------
        InputError
            If a setting or a name cannot be used, or a feature does not come from the
            columns of orders alone (``ASG_E_FEATURE_PIPELINE``).
        """
        from autoseg.model.sql import pipeline_sql

        return pipeline_sql(
            self,
            dialect,
            table=table,
            columns=columns,
            as_of=as_of,
            since=since,
            timezone=timezone,
            currency=currency,
            language=language,
            results=results,
            posteriors=posteriors,
            create=create,
            name=name,
        )

    def to_dbt(
        self,
        dialect: str,
        *,
        table: str,
        name: str = "customer_segments",
        materialized: str = "view",
        raw: bool = False,
        **settings: Any,
    ) -> dict[str, str]:
        """Return the files of a dbt model: its SQL, and a schema with tests.

        Parameters
        ----------
        dialect : {"bigquery", "databricks", "duckdb", "postgres", "snowflake", "spark"}
            As for `to_sql`.
        table : str
            A model of the project, or a source and its table with a dot between.
        name : str
            What the model is called.
        materialized : {"view", "table"}
            What dbt makes of it.
        raw : bool
            Whether the table holds orders, as for `pipeline_sql`, and not features.
        **settings
            Other arguments of `to_sql` or `pipeline_sql`.

        Returns
        -------
        dict of str to str
            The texts by the names of their files. What looks like Jinja in a name is
            written so that it stays what it is.

        Raises
        ------
        InputError
            If a setting or a name cannot be used.
        """
        from autoseg.model.sql import dbt_files

        return dbt_files(
            self,
            dialect,
            table=table,
            name=name,
            materialized=materialized,
            raw=raw,
            **settings,
        )

    def to_sklearn(self) -> Pipeline:
        """Return a scikit-learn pipeline that predicts the same; see `to_pipeline`."""
        from autoseg.model.pipelines import to_pipeline

        return to_pipeline(self)

    @classmethod
    def from_sklearn(
        cls,
        fitted: Pipeline | tuple[CustomerScaler, AutoClusterer],
        names: Sequence[str] | None = None,
        *,
        X: Any = None,
    ) -> SegmentModel:
        """Return the model of a fitted pipeline; see `from_pipeline`."""
        from autoseg.model.pipelines import from_pipeline

        return from_pipeline(fitted, names, X=X)

    def to_skops(self, path: str | os.PathLike[str]) -> Path:
        """Write the pipeline of `to_sklearn` to a file; see `save_skops`."""
        from autoseg.model.skopsfile import save_skops

        return save_skops(self, path)

    def to_dict(self) -> dict[str, Any]:
        """Return the model as plain data, fit for JSON."""
        from autoseg.model.plain import model_dict

        return model_dict(self)

    def _values(self, features: pd.DataFrame) -> list[np.ndarray]:
        """Return the columns of the rule, each in one piece."""
        missing = [name for name in self.feature_names if name not in features.columns]
        if missing:
            raise InputError(
                Finding(
                    "ASG_E_FEATURE_MISSING",
                    "the features",
                    f"the model needs {', '.join(missing)} as well",
                    "compute the features that the model was fitted on",
                )
            )
        return [
            np.ascontiguousarray(
                features[name].to_numpy(dtype=np.float64, na_value=np.nan)
            )
            for name in self.feature_names
        ]

    def _filled(self, features: pd.DataFrame) -> list[np.ndarray]:
        """Return the columns of the rule with what stands for gaps."""
        values = self._values(features)
        for j, feature in enumerate(self.features):
            gaps = np.isnan(values[j])
            if feature.missing is MissingRule.NEVER or not gaps.any():
                continue
            filling: Any = feature.filling
            if feature.missing is MissingRule.TENURE:
                filling = self._tenure(features)
            values[j] = np.where(gaps, filling, values[j])
        return values

    def _tenure(self, features: pd.DataFrame) -> np.ndarray:
        if "tenure_days" not in features.columns:
            raise InputError(
                Finding(
                    "ASG_E_FEATURE_MISSING",
                    "the features",
                    "the model needs tenure_days as well, which stands for gaps of"
                    " others",
                    "compute the features that the model was fitted on",
                )
            )
        tenure = features["tenure_days"]
        return tenure.to_numpy(dtype=np.float64, na_value=np.nan)

    def texts_of(
        self, numbers: np.ndarray, language: str
    ) -> tuple[pd.api.extensions.ExtensionArray, pd.api.extensions.ExtensionArray]:
        """Return the keys and the names of segments by their numbers.

        Parameters
        ----------
        numbers : ndarray of int64, shape (n_customers,)
            Numbers from 1; 0 stands for who cannot be placed.
        language : str
            Language of the names.
        """
        keys = [UNSCORABLE, *(one.key for one in self.segments)]
        names = [group_name(UNSCORABLE, language)]
        names += [one.name(language) for one in self.segments]
        return _texts(keys, numbers), _texts(names, numbers)


def _scorable(values: Sequence[np.ndarray]) -> np.ndarray:
    """Return whose values are all numbers that can be placed."""
    scorable = np.ones(len(values[0]), dtype=bool)
    for column in values:
        # false for what is no number; most columns need only this look
        if not (column.size and -LARGEST <= column.min() <= column.max() <= LARGEST):
            scorable &= np.abs(column) <= LARGEST
    return scorable


def _spread(numbers: np.ndarray, scorable: np.ndarray) -> pd.arrays.IntegerArray:
    """Return whole numbers, missing where they are 0 and for who is not placed."""
    whole = np.zeros(len(scorable), dtype=np.int64)
    whole[scorable] = numbers
    return pd.arrays.IntegerArray(whole, whole == 0)


def _texts(
    texts: Sequence[str], places: np.ndarray
) -> pd.api.extensions.ExtensionArray:
    """Return texts by their places, as a column of them."""
    return pd.array(list(texts), dtype="str").take(places)


def _with_gaps(values: np.ndarray, scorable: np.ndarray) -> np.ndarray:
    whole = np.full(len(scorable), np.nan)
    whole[scorable] = values
    return whole


def _flags(values: np.ndarray, scorable: np.ndarray) -> pd.arrays.BooleanArray:
    whole = np.zeros(len(scorable), dtype=bool)
    whole[scorable] = values
    return pd.arrays.BooleanArray(whole, ~scorable)
