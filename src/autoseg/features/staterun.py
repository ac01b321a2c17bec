"""One run over a feature state: rows go in, features of every customer come out.

Features that only the customer's own rows can change are kept from run to run, and
computed again for the customers who have new rows. Those that depend on the day of
analysis, or on other customers, are computed for all.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa

from autoseg.engines import quote, render
from autoseg.errors import Finding, InputError
from autoseg.features.compute import feature_table, select_features
from autoseg.features.query import REVENUE, Relations, needed_columns, write_query
from autoseg.features.stateparts import KEPT, SMALL_SHARE, kept_rollups
from autoseg.features.steady import definition, is_steady, relations_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.features.feature import Feature
    from autoseg.features.statefiles import Manifest
    from autoseg.features.stateparts import StateParts
    from autoseg.features.table import FeatureTable
    from autoseg.tables import StagedTables

__all__ = ["StateRun"]

_TOUCHED = "state_touched"
_KNOWN = "known"


class StateRun:
    """Rows on their way into a state, and the features of all customers in it.

    Parameters
    ----------
    staged : StagedTables
        The new rows.
    parts : StateParts
        The files of the state.
    manifest : Manifest
        What the state holds with the new rows.
    """

    def __init__(
        self, staged: StagedTables, parts: StateParts, manifest: Manifest
    ) -> None:
        self.parts = parts
        self.known: Mapping[str, str] = manifest.known
        self._staged = staged
        self._manifest = manifest
        self._engine = parts.engine
        self._n_touched = 0

    def add(self, relations: Relations) -> None:
        """Roll the staged rows up and write what came of it beside the other parts.

        Parameters
        ----------
        relations : Relations
            Where all staged rows are.
        """
        self._number_customers(relations)
        for name in self._rollups():
            if KEPT[name].table in self._staged.tables:
                self.parts.add(name, self.parts.roll_up(name, relations))
        if "customers" in self._staged.tables:
            table = relations.tables.get("customers", "customers")
            self.parts.put("customers", f"SELECT * FROM {table}")

    def keep(self, table: FeatureTable) -> None:
        """Keep the features of a full run that only a customer's own rows change.

        Parameters
        ----------
        table : FeatureTable
            The features of all customers who are in the state.
        """
        steady = [feature for feature in table.features if is_steady(feature)]
        columns = pa.Table.from_pandas(
            table.frame[[feature.name for feature in steady]].reset_index(),
            preserve_index=False,
        )
        self._engine.register("state_frame", columns)
        listed = "".join(f", {quote(feature.name)}" for feature in steady)
        self.parts.put(
            _KNOWN,
            f"SELECT code AS customer_id{listed} FROM state_frame"
            " JOIN state_ids USING (customer_id)",
        )
        self._engine.unregister("state_frame")
        self.known = {feature.name: definition(feature) for feature in steady}

    def compute(self, names: Sequence[str | Feature] | None) -> FeatureTable:
        """Return the features of every customer who bought.

        Parameters
        ----------
        names : sequence of str, optional
            As in `autoseg.features.compute_features`.

        Raises
        ------
        autoseg.errors.InputError
            If a feature cannot be computed, or not from a state.
        """
        described = self._described()
        features = select_features(described, names)
        self._check(features)
        steady = [feature for feature in features if is_steady(feature)]
        kept = [f for f in steady if self.known.get(f.name) == definition(f)]
        anew = [feature for feature in features if feature not in kept]
        self._create("state_all", anew, touched=False)
        if kept:
            self._create("state_some", kept, touched=True)
            self._take_over(kept)
        self._keep(kept, [feature for feature in steady if feature not in kept])
        return feature_table(
            self._collect(features, kept), features, self._spanned(described)
        )

    def _rollups(self) -> tuple[str, ...]:
        there = self._manifest
        return kept_rollups(there.tables, there.columns, there.companions)

    def _number_customers(self, relations: Relations) -> None:
        """Give every customer of the staged rows their number, new ones the next."""
        run = self._engine.execute
        tables = {KEPT[name].table for name in self._rollups()}
        everyone = " UNION ALL ".join(
            f"SELECT customer_id FROM {relations.tables.get(table, table)}"
            for table in sorted(tables & self._staged.tables)
        )
        known = (
            self.parts.scan("ids")
            if "ids" in self.parts.parts
            else "(SELECT NULL::VARCHAR AS customer_id, 0 AS code)"
        )
        run(
            "CREATE OR REPLACE TEMP TABLE state_ids AS SELECT customer_id,"
            " CAST(COALESCE(code, (SELECT COALESCE(MAX(code), 0)"
            f" FROM {known} AS known) + ROW_NUMBER() OVER"
            " (PARTITION BY code IS NULL ORDER BY customer_id)) AS INTEGER) AS code,"
            " code IS NULL AS is_new"
            " FROM (SELECT customer_id"
            f" FROM ({everyone}) AS rows GROUP BY customer_id) AS everyone"
            f" LEFT JOIN (SELECT customer_id, code FROM {known} AS ids) AS known"
            " USING (customer_id)"
        )
        self.parts.add("ids", "SELECT customer_id, code FROM state_ids WHERE is_new")
        run(
            f"CREATE OR REPLACE TEMP TABLE {_TOUCHED} AS"
            " SELECT code AS customer_id FROM state_ids"
        )
        ((self._n_touched,),) = self._engine.fetch_rows(
            f"SELECT COUNT(*) FROM {_TOUCHED}"
        )

    def _described(self) -> StagedTables:
        """Return all rows of the state as staged tables, for choosing features."""
        run, there = self._engine.execute, self._manifest
        timed = self._engine.fetch_rows(
            f"SELECT 1 FROM {self.parts.whole('orders')} SEMI JOIN (SELECT customer_id"
            f" FROM {self.parts.whole('spans')} WHERE n_timed > 0) AS timed"
            " USING (customer_id) WHERE amount > 0 LIMIT 1"
        )
        if "customers" in there.tables:
            attributes = self.parts.scan("customers")
            run(
                "CREATE OR REPLACE TEMP VIEW state_attributes AS"
                f" SELECT * FROM {attributes}"
            )
        return replace(
            self._staged,
            columns=there.columns,
            tables=there.tables,
            currency=there.currency,
            has_time=bool(timed),
            companion_columns=there.companions,
            relations=MappingProxyType(self._stand_ins()),
        )

    def _spanned(self, described: StagedTables) -> StagedTables:
        """Return the same with the first and the last day of customers who bought."""
        ((first, last),) = self._engine.fetch_rows(
            "SELECT CAST(MIN(first_at) AS DATE), CAST(MAX(last_at) AS DATE)"
            f" FROM {self.parts.whole('spans')} SEMI JOIN state_all USING (customer_id)"
        )
        return replace(described, first_day=first, last_day=last)

    def _stand_ins(self) -> dict[str, str]:
        """Return what stands for staged tables where values are counted, as levels."""
        rollups, tables = self._rollups(), {}
        if "channels" in rollups:
            tables["transactions"] = (
                f"(SELECT customer_id, channel, spent AS amount FROM"
                f" {self.parts.whole('channels')} SEMI JOIN"
                f" (SELECT customer_id FROM {self.parts.whole('orders')}"
                " WHERE amount > 0) AS buyers"
                " USING (customer_id)) AS transactions"
            )
        if "devices" in rollups:
            tables["events"] = self.parts.whole("devices")
        if "customers" in self._manifest.tables:
            tables["customers"] = "state_attributes"
        return tables

    def _check(self, features: Sequence[Feature]) -> None:
        """Raise where a feature reads rows that were rolled up and are gone."""
        there = {*self._rollups(), "customers"}
        findings = [
            Finding(
                "ASG_E_STATE_FEATURE",
                "the features",
                f"{feature.name!r} is made from single rows, and a state keeps none",
                "leave it out, or compute it from all rows, which is a full run",
            )
            for feature in features
            if not relations_read(feature) <= there
        ]
        if findings:
            raise InputError(findings)

    def _create(
        self, table: str, features: Sequence[Feature], *, touched: bool
    ) -> None:
        """Compute features of all customers, or of those who have new rows."""
        rolled = {
            name: self.parts.some(name, _TOUCHED, wanted)
            if touched
            else self.parts.whole(name)
            for name, wanted in needed_columns(features).items()
        }
        tables = {}
        if any("customers" in relations_read(feature) for feature in features):
            tables["customers"] = (
                "(SELECT ids.code AS customer_id, a.* EXCLUDE (customer_id)"
                f" FROM state_attributes AS a JOIN {self.parts.scan('ids')} AS ids"
                " USING (customer_id))"
            )
        relations = Relations(
            tables=tables, rolled=rolled, columns=self._manifest.columns
        )
        query = render(write_query(features, self._manifest.as_of, relations))
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")

    def _take_over(self, kept: Sequence[Feature]) -> None:
        """Create the table of features that were kept, as they are now."""
        columns = ", ".join(["customer_id", *(quote(one.name) for one in kept)])
        queries = [f"SELECT {columns} FROM state_some"]
        passed = f"ANTI JOIN {_TOUCHED} USING (customer_id)"
        for position in reversed(range(len(self.parts.parts[_KNOWN]))):
            part = self.parts.scan(_KNOWN, slice(position, position + 1))
            queries.append(f"SELECT {columns} FROM {part} {passed}")
            # an earlier part holds what the customer had before
            passed += f" ANTI JOIN {part} USING (customer_id)"
        self._engine.execute(
            f"CREATE OR REPLACE TEMP TABLE state_kept AS {' UNION ALL '.join(queries)}"
        )

    def _keep(self, kept: Sequence[Feature], fresh: Sequence[Feature]) -> None:
        """Keep what only a customer's own rows change for the next run.

        Until they are many, the customers who have new rows go into a second file.
        Who has no purchase any more stays in the first, and is not looked up there.
        """
        self.known = {feature.name: definition(feature) for feature in (*kept, *fresh)}
        if not self.known:
            self.parts.parts.pop(_KNOWN, None)
            return
        if fresh:
            columns = ", ".join(quote(name) for name in self.known)
            beside = " LEFT JOIN state_kept USING (customer_id)" if kept else ""
            self.parts.put(
                _KNOWN, f"SELECT customer_id, {columns} FROM state_all{beside}"
            )
            return
        base, *small = self.parts.parts[_KNOWN]
        changed = f"SELECT customer_id FROM {_TOUCHED}"
        if small:
            later = self.parts.scan(_KNOWN, slice(1, None))
            changed += f" UNION SELECT customer_id FROM {later}"
        n_changed = self._n_touched + sum(part.n_rows for part in small)
        if n_changed > SMALL_SHARE * base.n_rows:
            self.parts.put(_KNOWN, "SELECT * FROM state_kept")
        else:
            self.parts.put_small(
                _KNOWN, f"SELECT * FROM state_kept WHERE customer_id IN ({changed})"
            )

    def _collect(
        self, features: Sequence[Feature], kept: Sequence[Feature]
    ) -> pa.Table:
        """Return all features of all customers under their ids, in no order."""
        columns = [REVENUE, *(feature.name for feature in features)]
        beside = " LEFT JOIN state_kept USING (customer_id)" if kept else ""
        return self._engine.fetch_arrow(
            f"SELECT ids.customer_id, {', '.join(map(quote, columns))}"
            f" FROM state_all{beside} JOIN {self.parts.scan('ids')} AS ids"
            " ON ids.code = state_all.customer_id"
        )
