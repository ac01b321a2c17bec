"""One query that scores a relation of features: `assign_features` in SQL.

Every common table expression adds a few columns to those of the one before it. What
stands in Python as an array operation stands here as the same operations on the same
numbers in the same order; only logarithms and exponentials may differ, in the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autoseg.clustering.rule import TIE, kernel_constants
from autoseg.features import MissingRule
from autoseg.features.warehouses import WAREHOUSES
from autoseg.locales import load_catalogue
from autoseg.model.groups import UNSCORABLE, group_name
from autoseg.model.segment_model import LARGEST
from autoseg.model.sql.columns import inner_names, remark
from autoseg.model.sql.scaling import even_out, merge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autoseg.features.warehouses import Warehouse
    from autoseg.model.parts import ModelFeature
    from autoseg.model.segment_model import SegmentModel

__all__ = ["RESULTS", "Scoring", "scoring_query"]

RESULTS = (
    *("segment", "segment_key", "segment_name"),
    *("confidence", "runner_up", "unlike_any"),
)
"""What is told of each customer, as `SegmentModel.assign_features` does."""

# no score is as far from the best one
_BEYOND = 1.7e308
_TINY = 1e-80
# e to this is next to nothing, and still a float: less is an error somewhere
_LOWEST_EXPONENT = -700.0


def scoring_query(
    model: SegmentModel,
    relation: str,
    dialect: str,
    *,
    language: str = "en",
    results: Sequence[str] = RESULTS,
    posteriors: bool = False,
) -> str:
    """Return one query that scores any relation of features.

    Parameters
    ----------
    model : SegmentModel
        The model.
    relation : str
        SQL that may stand after FROM, with the columns ``customer_id`` and the features
        under their names; ``tenure_days`` as well where it fills gaps.
    dialect : str
        A key of `autoseg.features.warehouses.WAREHOUSES`.
    language : str
        Language of the names.
    results : sequence of str
        Which of `RESULTS` come out.
    posteriors : bool
        Whether the probabilities of all segments come as well, as ``p_1`` and so on.

    Returns
    -------
    str
        The query; its columns are ``customer_id`` and the results.
    """
    scoring = Scoring(
        model,
        WAREHOUSES[dialect],
        relation,
        language=language,
        results=results,
        posteriors=posteriors,
    )
    return scoring.query()


@dataclass(slots=True)
class Scoring:
    """The query on its way.

    Parameters
    ----------
    model : SegmentModel
        The model.
    warehouse : Warehouse
        The database.
    relation : str
        SQL that may stand after FROM.
    customer_id : str
        Its column of customers.
    columns : mapping of str to str
        Names of features to the relation's names of them; those left out have the same.
    language : str
        Language of the names.
    results : sequence of str
        Which of `RESULTS`.
    posteriors : bool
        Whether the probability of each segment comes with them.
    """

    model: SegmentModel
    warehouse: Warehouse
    relation: str
    customer_id: str = "customer_id"
    columns: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    results: Sequence[str] = RESULTS
    posteriors: bool = False
    _steps: list[str] = field(default_factory=list, init=False)
    _last: str = field(default="", init=False)
    _first_step: str = field(default="filled", init=False)

    def steps(self) -> list[str]:
        """Return the common table expressions."""
        self._steps, self._last = [], self.relation
        # an expression that is called as the table it reads would read itself
        self._first_step = "filled"
        while self._first_step in self.relation.lower():
            self._first_step += "_"
        self._fill()
        self._guard()
        self._even_out()
        self._merge()
        self._measure()
        self._place()
        return self._steps

    def result(self) -> str:
        """Return the SELECT that follows them."""
        told = [
            f"{sql} AS {name}"
            for name, sql in self._told().items()
            if name in self.results
        ]
        if self.posteriors:
            told += [
                f"CASE WHEN scorable THEN e_{n} / total END AS p_{n}"
                for n in sorted(self.model.numbers)
            ]
        listed = "".join(f",\n  {one}" for one in told)
        return f"SELECT\n  customer_id{listed}\nFROM {self._last}"

    def query(self) -> str:
        """Return both."""
        steps = ",\n".join(self.steps())
        return f"WITH {steps}\n{self.result()}"

    def _fill(self) -> None:
        """Read the features; put in what stands for a gap."""
        name = self.warehouse.name
        columns = [f"{name(self.customer_id)} AS customer_id"]
        for feature, inner in zip(self.model.features, self._names, strict=True):
            value = self._read(feature.name)
            if feature.missing is not MissingRule.NEVER:
                columns.append(remark(f"{feature.name}: {_why_filled(feature)}"))
                gap = f"{value} IS NULL OR {self.warehouse.is_nan(value)}"
                filling = self._filling(feature)
                value = f"CASE WHEN {gap} THEN {filling} ELSE {value} END"
            columns.append(f"{value} AS x_{inner}")
        self._add("filled", "the features, and what stands for a gap", columns)

    def _read(self, feature: str) -> str:
        column = self.warehouse.name(self.columns.get(feature, feature))
        return f"CAST({column} AS {self.warehouse.double})"

    def _filling(self, feature: ModelFeature) -> str:
        if feature.missing is MissingRule.TENURE:
            return self._read("tenure_days")
        return self.warehouse.number(feature.filling)

    def _guard(self) -> None:
        """Find who can be placed. NaN is above all numbers, or beside them."""
        number = self.warehouse.number
        ends = f"{number(-LARGEST)} AND {number(LARGEST)}"
        within = "\n      AND ".join(f"x_{one} BETWEEN {ends}" for one in self._names)
        self._add(
            "guard",
            "who has a gap left, NaN or a value without bounds cannot be placed",
            ["*", f"COALESCE(\n      {within},\n      FALSE\n    ) AS scorable"],
        )

    def _even_out(self) -> None:
        used = {member for output in self.model.outputs for member in output.members}
        columns = []
        for i, (column, inner) in enumerate(
            zip(self.model.columns, self._names, strict=True)
        ):
            columns.append(remark(str(column)))
            if i in used:
                value = even_out(column, f"x_{inner}", self.warehouse)
                columns.append(f"{value} AS z_{inner}")
        self._add(
            "evened",
            "each feature evened out, cut at both ends and on one scale",
            ["customer_id", "scorable", *columns],
        )

    def _merge(self) -> None:
        columns = []
        for j, output in enumerate(self.model.outputs, 1):
            members = [f"z_{self._names[member]}" for member in output.members]
            columns += [
                remark(output.name),
                f"{merge(output, members, self.warehouse)} AS y_{j}",
            ]
        self._add(
            "merged",
            "the columns that segments are told apart by",
            ["customer_id", "scorable", *columns],
        )

    def _measure(self) -> None:
        """Add the squared distances, and the log-densities where they are needed."""
        rule = self.model.rule
        means = [[self._steady(one) for one in mean] for mean in rule.means.tolist()]
        lengths = []
        if rule.family == "kmeans":
            lengths = [[f"({y} - {m})" for y, m in self._pairs(mean)] for mean in means]
        else:
            whitened = []
            for n, mean, whitener in zip(
                self.model.numbers, means, rule.whiteners, strict=True
            ):
                whitened.append(self._about(n))
                lengths.append([f"w_{n}_{j}" for j in range(1, len(mean) + 1)])
                for j, name in enumerate(lengths[-1]):
                    whitened.append(f"{self._whitened(mean, whitener, j)} AS {name}")
            self._add(
                "whitened",
                "how far from each segment's middle, in its own widths",
                ["customer_id", "scorable", *whitened],
            )
        columns = []
        for n, length in zip(self.model.numbers, lengths, strict=True):
            squares = " + ".join(f"{one} * {one}" for one in length)
            columns += [self._about(n), f"{squares} AS d_{n}"]
        self._add(
            "distances",
            "squared distance to each segment",
            ["customer_id", "scorable", *columns],
        )
        if rule.family != "kmeans" or self._unsure:
            self._add(
                "densities",
                "logarithm of each segment's share and density there",
                ["*", *(f"{self._joint(i)} AS j_{n}" for i, n in self._components)],
            )

    def _place(self) -> None:
        """Add the segment, the runner-up and how likely each of them is."""
        numbers, score = self.model.numbers, self._score
        self._add(
            "tolerance",
            "scores as good as each segment's: ties go to the first",
            ["*", *(f"{self._as_good(f'{score}_{n}')} AS t_{n}" for n in numbers)],
        )
        first = self._first(score, "t")
        self._add("best", "the segment", ["*", f"{first} AS segment"])
        if "runner_up" in self.results:
            self._run_up()
        if self._unsure:
            self._share_out()

    def _run_up(self) -> None:
        numbers, score = self.model.numbers, self._score
        if len(numbers) == 1:
            nobody = "CAST(NULL AS INTEGER) AS runner_up"
            self._add("runner_up", "there is no other segment", ["*", nobody])
            return
        beyond = self.warehouse.number(_BEYOND if score == "d" else -_BEYOND)
        others = [
            f"CASE WHEN segment = {n} THEN {beyond} ELSE {score}_{n} END AS o_{n}"
            for n in numbers
        ]
        self._add("others", "the same among the other segments", ["*", *others])
        as_good = [f"{self._as_good(f'o_{n}')} AS u_{n}" for n in numbers]
        self._add("others_tolerance", "what is as good as each", ["*", *as_good])
        first = self._first("o", "u")
        self._add("next_best", "the runner-up", ["*", f"{first} AS runner_up"])

    def _share_out(self) -> None:
        """Add what the probability of each segment is made of."""
        numbers, number = self.model.numbers, self.warehouse.number
        highest = _greatest([f"j_{n}" for n in numbers])
        self._add(
            "likeliest", "the highest log-density", ["*", f"{highest} AS likeliest"]
        )
        lowest, zero = number(_LOWEST_EXPONENT), number(0.0)
        shares = [
            f"CASE WHEN j_{n} - likeliest > {lowest}"
            f" THEN EXP(j_{n} - likeliest) ELSE {zero} END AS e_{n}"
            for n in numbers
        ]
        self._add("shares", "each density beside the highest one", ["*", *shares])
        total = " + ".join(f"e_{n}" for n in numbers)
        self._add("confidence", "their sum", ["*", f"{total} AS total"])

    @property
    def _score(self) -> str:
        """What decides: squared distances, or log-densities."""
        return "d" if self.model.rule.family == "kmeans" else "j"

    def _as_good(self, score: str) -> str:
        """Return the worst score that is as good as one, as `ClusterRule` has it."""
        number = self.warehouse.number
        if self._score == "d":
            return f"{score} + {number(TIE)} * {score}"
        return f"{score} - {number(TIE)} * ({number(1.0)} + ABS({score}))"

    def _first(self, score: str, as_good: str) -> str:
        """Return the number of the first segment that is as good as any.

        Pair by pair, which is twice as fast as to find the best score first, and the
        same: the better a score, the better what is as good.
        """
        numbers = self.model.numbers
        better = "<=" if self._score == "d" else ">="
        cases = ["WHEN NOT scorable THEN NULL"]
        for n in numbers[:-1]:
            beats = " AND ".join(
                f"{score}_{n} {better} {as_good}_{m}" for m in numbers if m != n
            )
            cases.append(f"WHEN {beats} THEN {n}")
        cases.append(f"ELSE {numbers[-1]}")
        listed = "".join(f"      {case}\n" for case in cases)
        return f"CASE\n{listed}    END"

    def _told(self) -> dict[str, str]:
        segments = self.model.segments
        nowhere = group_name(UNSCORABLE, self._tongue)
        return {
            "segment": "segment",
            "segment_key": self._named({s.number: s.key for s in segments}, UNSCORABLE),
            "segment_name": self._named(
                {s.number: s.name(self._tongue) for s in segments}, nowhere
            ),
            "confidence": f"{self._own('e')} / total",
            "runner_up": "runner_up",
            "unlike_any": self._unlike_any(),
        }

    def _named(self, names: Mapping[int, str], nowhere: str) -> str:
        string = self.warehouse.string
        cases = "".join(
            f"\n    WHEN {n} THEN {string(name)}" for n, name in names.items()
        )
        return f"CASE segment{cases}\n    ELSE {string(nowhere)}\n  END"

    def _own(self, prefix: str) -> str:
        cases = " ".join(f"WHEN {n} THEN {prefix}_{n}" for n in self.model.numbers)
        return f"CASE segment {cases} END"

    def _unlike_any(self) -> str:
        number = self.warehouse.number
        if self.model.far is None:
            return "CASE WHEN scorable THEN FALSE END"
        squared = self._own("d")
        if self.model.rule.family == "kmeans":
            squared = f"{squared} * {number(self.model.rule.unit)}"
        return f"{squared} > {number(self.model.far)}"

    @property
    def _names(self) -> list[str]:
        return inner_names(self.model.feature_names)

    @property
    def _tongue(self) -> str:
        """The language that there are names in."""
        return load_catalogue(self.language).language

    @property
    def _unsure(self) -> bool:
        """Whether probabilities are asked for."""
        return self.posteriors or "confidence" in self.results

    @property
    def _components(self) -> list[tuple[int, int]]:
        return list(enumerate(self.model.numbers))

    def _about(self, number: int) -> str:
        return remark(f"{number}: {self.model.segments[number - 1].name(self._tongue)}")

    def _pairs(self, mean: Sequence[float]) -> list[tuple[str, str]]:
        return [(f"y_{j}", self.warehouse.number(one)) for j, one in enumerate(mean, 1)]

    def _steady(self, value: float) -> float:
        """Return 0 for what is next to it, where a product may be too small."""
        return 0.0 if self.warehouse.strict and abs(value) < _TINY else value

    def _whitened(self, mean: Sequence[float], whitener: Any, j: int) -> str:
        """Return one whitened column, its terms in the order of `ClusterRule`."""
        terms = [
            f"{self.warehouse.number(float(whitener[i, j]))} * ({y} - {m})"
            for i, (y, m) in enumerate(self._pairs(mean)[: j + 1])
            # to add a multiple of zero changes nothing
            if self._steady(float(whitener[i, j])) != 0.0
        ]
        return " + ".join(terms) or self.warehouse.number(0.0)

    def _joint(self, component: int) -> str:
        """Return the log of weight and density, as `log_kernel` has it."""
        number, rule = self.warehouse.number, self.model.rule
        nu = rule.degrees_of_freedom
        constant, factor = kernel_constants(rule.means.shape[1], nu)
        squared = f"d_{self.model.numbers[component]}"
        if rule.family == "kmeans":
            squared = f"{squared} * {number(rule.unit)}"
        if nu is None:
            kernel = f"{number(factor)} * ({squared} + {number(constant)})"
        else:
            log = f"LN({number(1.0)} + {squared} / {number(nu)})"
            kernel = f"{number(constant)} + {number(factor)} * {log}"
        return f"{number(float(rule.offsets[component]))} + ({kernel})"

    def _add(self, name: str, why: str, columns: Sequence[str]) -> None:
        """Add a step that reads the one before it; remarks stand among its columns."""
        lines = [line if line.startswith("--") else f"{line}," for line in columns[:-1]]
        lines.append(columns[-1])
        listed = "".join(f"    {line}\n" for line in lines)
        fence = f"\n  {self.warehouse.fence}" if self.warehouse.fence else ""
        self._steps.append(
            f"{name} AS (\n  {remark(why)}\n  SELECT\n{listed}"
            f"  FROM {self._last}{fence}\n)"
        )
        self._last = name


def _greatest(values: Sequence[str]) -> str:
    """Return the greatest of several; some databases want two at least."""
    return f"GREATEST({', '.join(values)})" if len(values) > 1 else values[0]


def _why_filled(feature: ModelFeature) -> str:
    return {
        MissingRule.ZERO: "nothing happened that could be compared",
        MissingRule.TENURE: "it has not come yet, so the days as a customer",
        MissingRule.MEDIAN: "nothing is known, so the median of the fit",
    }[feature.missing]
