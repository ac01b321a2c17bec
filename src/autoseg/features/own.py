"""A user's own features: checked, and written as those of the catalogue are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from autoseg.errors import Finding
from autoseg.features.expressions import SqlProblem, read_expression
from autoseg.features.feature import Feature, MissingRule
from autoseg.features.rollups import ROLLUPS
from autoseg.features.sources import LINE_COLUMNS, SOURCES
from autoseg.tables.sensitive import sensitive_category

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from autoseg.features.sources import Source

__all__ = ["OWN", "OWN_SOURCES", "check_own", "check_written", "stopped"]

OWN = "own"
"""The block of a user's own features."""

OWN_SOURCES = tuple(sorted(SOURCES.keys() - {"attributes"}))
"""What a feature of a user's own can be computed over."""

_UNITS = ("count", "currency", "days", "orders", "ratio", "score", "share")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_TAKEN = frozenset({"as_of", "customer_id", "revenue"})
# in one of the databases at least, a name that has to stand in quotes
_WORDS = """
    all analyse analyze and any anti array as asc asof asymmetric at authorization
    between both by case cast check collate column connect constraint create cross
    cube current current_date current_role current_time current_timestamp current_user
    default deferrable delete desc describe distinct do drop else end enum escape
    except exclude exists extract false fetch following for foreign freeze from full
    function glob grant group grouping groups having hash if ignore ilike in increment
    initially inner insert intersect interval into is isnull join lambda lateral
    leading left like limit localtime localtimestamp lookup map merge minus natural
    new no not notnull null nulls of offset on only or order outer over overlaps
    partition pivot placing positional preceding primary proto qualify range recursive
    references regexp respect returning revoke right rlike rollup row rows sample
    select semi session_user set show similar some start summarize symmetric table
    tablesample then to trailing treat trigger true try_cast unbounded union unique
    unnest unpivot update user using values variadic verbose view when whenever where
    window with within
"""
_RESERVED = frozenset(_WORDS.split())
_ALL_NEEDS = frozenset(
    {"time_of_day", *LINE_COLUMNS}.union(
        *(rollup.needs | {rollup.table} for rollup in ROLLUPS.values()),
        *(
            {one.needs}
            for rollup in ROLLUPS.values()
            for one in rollup.columns.values()
        ),
    )
    - {""}
)


def check_own(
    features: Sequence[Feature],
    known: Collection[str],
    there: frozenset[str],
    findings: list[Finding],
) -> tuple[Feature, ...]:
    """Return a user's own features in the form in which they are computed.

    Parameters
    ----------
    features : sequence of Feature
        What the user wants to have computed.
    known : collection of str
        Names that other features have.
    there : frozenset of str
        Columns and tables that the data have.
    findings : list of Finding
        Takes what is wrong with them.
    """
    counts = Counter(feature.name for feature in features)
    checked = []
    for feature in features:
        before = len(findings)
        findings += _check_name(feature, known, counts)
        findings += _check_form(feature)
        if feature.source not in OWN_SOURCES:
            findings.append(_no_source(feature))
        else:
            written = _write(feature, there, findings)
            if len(findings) == before and written is not None:
                checked.append(written)
    return tuple(checked)


def check_written(feature: Feature, known: Collection[str]) -> list[Finding]:
    """Return what keeps a feature from being one that `check_own` returned.

    Parameters
    ----------
    feature : Feature
        From a file, so that nothing in it is sure.
    known : collection of str
        Names that other features have.

    Returns
    -------
    list of Finding
        Empty where nothing does.
    """
    findings = [*_check_name(feature, known, Counter()), *_check_form(feature)]
    if feature.source not in OWN_SOURCES:
        return [*findings, _no_source(feature)]
    again = _write(feature, _ALL_NEEDS, findings, written=True)
    if again is not None and again != feature:
        found = "it is not written as autoseg writes it"
        findings.append(_sql_finding(feature, found, "fit the model again"))
    return findings


def stopped(feature: Feature, reason: Exception) -> Finding:
    """Return what to tell where the engine cannot compute a user's own feature.

    Parameters
    ----------
    feature : Feature
        The feature.
    reason : Exception
        What the engine said.
    """
    said = str(reason).rpartition("stopped: ")[2].strip().rstrip(".")
    return _sql_finding(feature, f"the engine stopped: {said}", "write it otherwise")


def _check_name(
    feature: Feature, known: Collection[str], counts: Mapping[str, int]
) -> Iterator[Finding]:
    name = feature.name
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        found = f"{name!r} cannot be the name of a feature"
    elif name in known:
        found = f"there is a feature {name!r} already"
    elif name in _TAKEN or name in _RESERVED:
        found = f"{name!r} means something else to a database"
    elif counts[name] > 1:
        found = f"{counts[name]} features are called {name!r}"
    else:
        return
    yield Finding(
        "ASG_E_FEATURE_NAME",
        "the features",
        found,
        "use another name, of small letters a to z, digits and underscores, at most"
        " 63, the first a letter",
    )


def _check_form(feature: Feature) -> Iterator[Finding]:
    if feature.unit not in _UNITS:
        yield Finding(
            "ASG_E_FEATURE_UNIT",
            f"the feature {feature.name!r}",
            f"{feature.unit!r} is no unit of a feature",
            f"use one of {', '.join(_UNITS)}",
        )


def _no_source(feature: Feature) -> Finding:
    return Finding(
        "ASG_E_FEATURE_SOURCE",
        f"the feature {feature.name!r}",
        f"there is no source {feature.source!r}",
        f"use one of {', '.join(OWN_SOURCES)}",
    )


def _sql_finding(feature: Feature, found: str, fix: str) -> Finding:
    where = f"the feature {feature.name!r}"
    return Finding("ASG_E_FEATURE_SQL", where, found, fix)


def _write(
    feature: Feature,
    there: frozenset[str],
    findings: list[Finding],
    *,
    written: bool = False,
) -> Feature | None:
    """Return a feature with its SQL in our form and with what it needs."""
    source = SOURCES[feature.source]
    try:
        sql, read = read_expression(feature.sql, source.columns, written=written)
    except SqlProblem as problem:
        findings.append(_sql_finding(feature, problem.found, problem.fix))
        return None
    needs = feature.needs | _needs(feature.source, source, read)
    absent = sorted(needs - there)
    if absent:
        findings.append(
            Finding(
                "ASG_E_FEATURE_NEEDS",
                "the features",
                f"{feature.name!r} needs {' and '.join(absent)}, which the data do not"
                " have",
                "give it, or leave the feature out",
            )
        )
    missing = feature.missing
    # nobody can promise it, and with the median nothing changes where it holds
    if missing is MissingRule.NEVER:
        missing = MissingRule.MEDIAN
    # a column's name may be gone from the SQL, not from what the user calls it
    sensitive = feature.sensitive or any(
        sensitive_category(name) for name in (feature.name, feature.label)
    )
    return replace(
        feature,
        sql=sql,
        needs=needs,
        block=OWN,
        missing=missing,
        level="",
        sensitive=sensitive,
    )


def _needs(name: str, source: Source, read: Collection[str]) -> frozenset[str]:
    """Return the optional columns and the tables that columns of a source need."""
    if name == "lines":
        return frozenset(read) & frozenset(LINE_COLUMNS) - {"amount"}
    blank = dict.fromkeys((*ROLLUPS, "as_of", "keys", "day"), "x")
    inner = {
        column.name
        for one in read
        for column in parse_one(
            source.columns[one].format_map(blank), read="duckdb"
        ).find_all(exp.Column)
    }
    needs: set[str] = set()
    for made_from, always in source.rollups.items():
        rollup = ROLLUPS[made_from]
        needs |= rollup.needs
        if rollup.table != "transactions":
            needs.add(rollup.table)
        for column in inner.union(always) & rollup.columns.keys():
            needs |= {rollup.columns[column].needs} - {""}
    return frozenset(needs)
