"""What `segment` returns: the segments, who is in them, and how they were found."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autoseg.errors import Finding, InputError
from autoseg.files import claimed_folder, write_files

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from rich.table import Table

    from autoseg.clustering import SegmentStability, SelectionResult
    from autoseg.features import FeatureTable
    from autoseg.model import SegmentModel
    from autoseg.profiles import (
        JourneyTable,
        Playbook,
        RhythmTable,
        SegmentationLint,
        SegmentCard,
        SegmentProfiles,
        SegmentRules,
        TopCustomers,
    )
    from autoseg.report import MapPoints, Report
    from autoseg.tables import CleaningLog, ColumnMapping

__all__ = ["Segmentation"]

_FORMS = ("long", "short")


@dataclass(frozen=True, slots=True, repr=False)
class Segmentation:
    """Segments of customers, with everything that led to them.

    Made by `autoseg.segment`; shows itself as a table in a terminal and as cards
    in a notebook.

    Parameters
    ----------
    profiles : SegmentProfiles
        What each segment looks like beside all customers.
    assignments : pandas.DataFrame of shape (n_customers, 3)
        Index ``customer_id``, sorted; columns ``segment`` (number from 1),
        ``confidence`` (0 to 1) and ``runner_up`` (number of the second-best
        segment, missing where there is one segment).
    features : FeatureTable
        The features of every customer.
    selection : SelectionResult
        Why this many segments.
    stability : SegmentStability or None
        How well each segment survives resampling, segment 1 first; None where it was
        not asked for.
    model : SegmentModel
        The rule that puts a customer into a segment, as plain data.
    log : CleaningLog
        Rows and revenue in, used and dropped.
    mapping : tuple of ColumnMapping
        Which column was read as what.
    map_points : MapPoints or None
        A sample of the customers in two dimensions, for the picture.
    settings : mapping of str to object
        The settings and versions that the result depends on.
    rhythm : RhythmTable or None
        When each segment buys; None where the customers came summed up.
    """

    profiles: SegmentProfiles
    assignments: pd.DataFrame
    features: FeatureTable
    selection: SelectionResult
    stability: SegmentStability | None
    model: SegmentModel
    log: CleaningLog
    mapping: tuple[ColumnMapping, ...]
    map_points: MapPoints | None
    settings: Mapping[str, Any]
    rhythm: RhythmTable | None = None

    @property
    def labels(self) -> pd.Series:
        """The number of the segment of each customer; index ``customer_id``."""
        return self.assignments["segment"]

    def why_k(self, language: str = "en") -> str:
        """Return in plain words why there are this many segments."""
        from autoseg.clustering import why_k

        return why_k(self.selection, language)

    def describe(self, language: str = "en", form: str = "long") -> str:
        """Return what each segment is, in words, as numbered paragraphs.

        Parameters
        ----------
        language : str
            ``"en"``, ``"nb"``, ``"da"`` or ``"sv"``; unknown ones fall back to
            English with a `LanguageWarning`.
        form : {"long", "short"}
            ``"long"`` for a page: name, sentences and what to do. ``"short"`` for a
            slide: name and one line.

        Returns
        -------
        str
            A paragraph a segment.

        Raises
        ------
        InputError
            If there is no such form (``ASG_E_SETTING``).
        """
        from autoseg.profiles import describe

        if form not in _FORMS:
            found = f"{form!r} cannot be used"
            fix = "give 'long' for a page or 'short' for a slide"
            raise InputError(Finding("ASG_E_SETTING", "form", found, fix))
        paragraphs = []
        for text in describe(self.profiles, language):
            lines = (text.short,)
            if form == "long":
                renamed = () if text.formerly is None else (text.formerly,)
                lines = (*renamed, *text.sentences, text.action, *text.reach)
            paragraphs.append("\n".join((f"{text.number}. {text.name}", *lines)))
        return "\n\n".join(paragraphs)

    def cards(self, language: str = "en") -> tuple[SegmentCard, ...]:
        """Return a card a segment, which shows itself when printed or in a notebook.

        Parameters
        ----------
        language : str
            As in `describe`.

        Returns
        -------
        tuple of SegmentCard
        """
        from autoseg.profiles import make_cards

        return make_cards(self.profiles, language)

    def rules(self, language: str = "en") -> SegmentRules:
        """Return the rules that find the segments without the model.

        Parameters
        ----------
        language : str
            As in `describe`.

        Returns
        -------
        SegmentRules
            Prints as text; `SegmentRules.to_frame` gives a table, and
            `SegmentRules.predict` places customers.
        """
        from autoseg.profiles import rules_in_words

        return rules_in_words(self.profiles, language)

    def playbook(
        self, language: str = "en", file: str | os.PathLike[str] | None = None
    ) -> Playbook:
        """Return what to do with each segment, and which may as well be one.

        Parameters
        ----------
        language : str
            As in `describe`.
        file : path, optional
            A TOML file with plays of your own in place of the standard ones.

        Returns
        -------
        Playbook

        Raises
        ------
        InputError
            If the file cannot be used; with everything that is wrong in it.
        """
        from autoseg.profiles import make_playbook

        return make_playbook(self.profiles, language, file=file)

    def rename(self, names: Mapping[int | str, str]) -> Segmentation:
        """Return the same segments under names of your own.

        Parameters
        ----------
        names : mapping of int or str to str
            New name by number or by key of the segment; the others keep theirs.

        Returns
        -------
        Segmentation
            A new one. Descriptions, reports and files show the new names in every
            language; keys stay, and the former name is remembered.

        Raises
        ------
        InputError
            If a name is not fit to be shown, or two segments would have one name; all
            problems at once. See `autoseg.profiles.rename_segments`.
        """
        from dataclasses import replace

        from autoseg.model import model_names
        from autoseg.profiles import rename_segments

        profiles = rename_segments(self.profiles, names)
        model = self.model.renamed(model_names(profiles))
        return replace(self, profiles=profiles, model=model)

    def lint(self, language: str = "en", min_customers: int = 100) -> SegmentationLint:
        """Return what speaks against building on these segments, in plain words.

        Parameters
        ----------
        language : str
            As in `describe`.
        min_customers : int
            A segment with fewer customers is too small to act on.

        Returns
        -------
        SegmentationLint
            Shows itself as sentences, the most serious first.

        Raises
        ------
        InputError
            If `min_customers` is no whole number above 0.
        """
        return self._lint(language, min_customers=min_customers)

    def _lint(
        self,
        language: str,
        *,
        min_customers: int = 100,
        treated_alike: Sequence[tuple[int, ...]] | None = None,
    ) -> SegmentationLint:
        from autoseg.profiles import lint_segmentation

        return lint_segmentation(
            self.profiles,
            min_customers=min_customers,
            target=self.selection.target,
            told={finding.code for finding in self.log.findings},
            treated_alike=treated_alike,
            language=language,
        )

    def journey(
        self,
        language: str = "en",
        *,
        new_days: float = 90,
        active_days: float = 90,
        inactive_days: float = 180,
        lost_days: float = 365,
    ) -> JourneyTable:
        """Return how many customers of each segment are in which stage.

        Parameters
        ----------
        language : str
            As in `describe`.
        new_days : float
            New: the first purchase is at most so many days ago.
        active_days : float
            Else active: the last purchase is at most so many days ago.
        inactive_days : float
            Slipping up to here; inactive from here on.
        lost_days : float
            Lost from here on.

        Returns
        -------
        JourneyTable
            Counts below 10 are not shown, nor those that would tell them.

        Raises
        ------
        InputError
            If the limits do not increase.
        """
        from autoseg.profiles import JourneyLimits, journey_table

        limits = JourneyLimits(new_days, active_days, inactive_days, lost_days)
        return journey_table(
            self.profiles,
            self.features,
            self.labels.to_numpy(),
            limits=limits,
            prospects=self._prospects(),
            language=language,
        )

    def top_customers(self, language: str = "en", share: float = 0.01) -> TopCustomers:
        """Return what the customers with the most revenue are worth, as a group.

        Parameters
        ----------
        language : str
            As in `describe`.
        share : float
            Which share of the customers, above 0 and below 1.

        Returns
        -------
        TopCustomers
            Of fewer than 10 customers nothing is shown.

        Raises
        ------
        InputError
            If the share is none.
        """
        from autoseg.profiles import find_top_customers

        return find_top_customers(
            self.profiles,
            self.features,
            self.labels.to_numpy(),
            share=share,
            language=language,
        )

    def _prospects(self) -> int | None:
        """Return how many customers of the customers table have not bought."""
        if not any(column.role == "customers" for column in self.mapping):
            return None
        # staging counts them to tell that they are in no segment
        return sum(
            finding.n_rows or 0
            for finding in self.log.findings
            if finding.code == "ASG_W_CUSTOMERS_WITHOUT_ORDERS"
        )

    def report(
        self,
        language: str = "en",
        *,
        title: str | None = None,
        currency: str | None = None,
        map_method: str = "pca",
        playbook: str | os.PathLike[str] | None = None,
        sections: Sequence[str] | None = None,
    ) -> Report:
        """Return the report, to be written or shown.

        Parameters
        ----------
        language : str
            Language of the report.
        title : str, optional
            Its heading; a plain one by default.
        currency : str, optional
            ISO code; by default the one that the amounts are in.
        map_method : {"pca", "umap"}
            How the map flattens many measures to two: by principal components, or by
            UMAP, which keeps neighbours together and takes some seconds.
        playbook : path, optional
            A TOML file with plays of your own in place of the standard ones, as for
            `playbook`.
        sections : sequence of str, optional
            Names of the sections to show, in the order of the report; all by default:
            ``"sizes"``, ``"segments"``, ``"lint"``, ``"heatmap"``, ``"rhythm"``,
            ``"journey"``, ``"why"``, ``"map"``, ``"quality"``, ``"method"`` and
            ``"glossary"``. The summary, the box on the data and the footer are always
            there.

        Returns
        -------
        Report

        Raises
        ------
        InputError
            If there is no such method of a map (``ASG_E_SETTING``), a section is not
            known (``ASG_E_SECTION``), or the file with the plays cannot be used.
        """
        from autoseg.report import Report, summarise

        book = self.playbook(language, file=playbook)
        return Report(
            summarise(
                profiles=self.profiles,
                selection=self.selection,
                stability=self.stability,
                log=self.log,
                mapping=self.mapping,
                map_points=self._map_points(map_method),
                rhythm=self.rhythm,
                journey=self.journey(language),
                # what is one treatment is for the company's own plays to say
                lint=self._lint(language, treated_alike=book.merge_candidates),
                top_customers=self.top_customers(language),
                playbook=book,
                provenance={key: str(value) for key, value in self.settings.items()},
                language=language,
                title=title,
                currency=currency or self.features.currency,
                sections=sections,
            )
        )

    def _map_points(self, method: str) -> MapPoints | None:
        if method == "pca":
            return self.map_points
        if method != "umap":
            found = f"{method!r} cannot be used"
            fix = "give 'pca' for principal components or 'umap' for neighbours"
            raise InputError(Finding("ASG_E_SETTING", "map_method", found, fix))
        from autoseg.report import neighbour_points

        scaled = self.model.transform(self.features.matrix(self.model.feature_names))
        seed = int(self.settings["random_state"])
        return neighbour_points(scaled, self.labels, random_state=seed)

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as plain data, fit for JSON; no customer is in it."""
        from dataclasses import asdict, replace
        from importlib.metadata import version

        from autoseg.profiles import same_treatment, tell_persistence
        from autoseg.report import PROFILES_SCHEMA

        selection = self.selection
        if selection.persistence is not None:
            # by the labels of the fit; "order" tells which segment each of them is
            told = tell_persistence(selection.persistence)
            selection = replace(selection, persistence=told)
        return {
            "schema": PROFILES_SCHEMA,
            "version": version("autoseg-customers"),
            "cleaning": self.log.to_dict(),
            "journey": self.journey().to_dict(),
            "lint": self.lint().to_dict(),
            "mapping": [asdict(column) for column in self.mapping],
            "merge_candidates": [list(pair) for pair in same_treatment(self.profiles)],
            "rhythm": None if self.rhythm is None else self.rhythm.to_dict(),
            "selection": _without_nan(asdict(selection)),
            "settings": dict(self.settings),
            "stability": None if self.stability is None else asdict(self.stability),
            "top_customers": self.top_customers().to_dict(),
            **self.profiles.to_dict(),
        }

    def write(
        self,
        folder: str | os.PathLike[str],
        *,
        language: str = "en",
        title: str | None = None,
        raw_csv: bool = False,
        formats: str | Iterable[str] = ("html",),
    ) -> list[Path]:
        """Write ``segments.csv``, ``profiles.json``, ``model.autoseg`` and the report.

        Parameters
        ----------
        folder : path
            Folder for the files; made if missing. Files of the same name are
            replaced, and only after all of them are on disk.
        language : str
            Language of the names and the report.
        title : str, optional
            Heading of the report.
        raw_csv : bool
            Whether ``segments.csv`` holds texts exactly as they are, for programs. By
            default a text that a spreadsheet would run as a formula, such as an id
            ``=1+1``, gets an apostrophe in front.
        formats : str or iterable of str
            What the report is written as: some of ``"html"``, ``"pdf"``, ``"md"`` and
            ``"json"``. By default ``report.html`` alone.

        Returns
        -------
        list of pathlib.Path

        Raises
        ------
        InputError
            If there is no such format (``ASG_E_SETTING``).
        BrowserError
            If a PDF is wanted and no browser can print it.
        OutputError
            If the folder cannot be written to; a `BusyError` if another run is
            writing there.

        Warns
        -----
        InputWarning
            If a segment has fewer than 10 customers: then there is no
            ``model.autoseg`` (``ASG_W_MODEL_NOT_WRITTEN``).
        """
        from autoseg.api.modelfile import model_content
        from autoseg.model import MODEL_FILE
        from autoseg.report.formats import check_formats, render

        wanted = check_formats(formats)
        with claimed_folder(folder) as target:
            report = self.report(language, title=title)
            model = model_content(self.model)
            written = write_files(
                target,
                {
                    "segments.csv": self._csv(language, raw=raw_csv),
                    "profiles.json": _json(self.to_dict()),
                    **model,
                    **render(report, wanted, "report"),
                },
            )
            if not model:
                # one of an earlier run would belong to other segments
                (target / MODEL_FILE).unlink(missing_ok=True)
            return written

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model to a file, which `autoseg.load` reads.

        Parameters
        ----------
        path : path
            The file, in a folder that exists; replaced if it is there.

        Returns
        -------
        pathlib.Path

        Raises
        ------
        InputError
            If a segment has fewer than 10 customers (``ASG_E_MODEL_SMALL_SEGMENT``).
        OutputError
            If the file cannot be written.
        """
        return self.model.save(path)

    def mapping_text(self) -> str:
        """Return which column was read as what, a line a table."""
        lines: dict[str, list[str]] = {}
        for column in self.mapping:
            lines.setdefault(column.role, []).append(
                f"{column.canonical} ← {column.source}"
            )
        return "\n".join(f"{role}: {', '.join(pairs)}" for role, pairs in lines.items())

    def table(self, language: str = "en") -> Table:
        """Return the segments as a rich table for a terminal."""
        from autoseg.report import segment_table

        return segment_table(self.profiles, self.stability, language=language)

    def _csv(self, language: str, *, raw: bool) -> bytes:
        from autoseg.profiles import describe
        from autoseg.spreadsheet import without_formulas

        texts = describe(self.profiles, language)
        names = {number: text.name for number, text in enumerate(texts, 1)}
        keys = {segment.number: segment.key for segment in self.profiles.segments}
        frame = self.assignments.assign(
            segment_key=self.labels.map(keys), segment_name=self.labels.map(names)
        )
        columns = ["segment", "segment_key", "segment_name", "confidence", "runner_up"]
        table = frame[columns].rename_axis("customer_id").reset_index()
        if not raw:
            for column in ("customer_id", "segment_name"):
                table[column] = without_formulas(table[column].astype("str"))
        return table.to_csv(
            float_format="%.6f", lineterminator="\n", index=False
        ).encode()

    def __repr__(self) -> str:
        from io import StringIO

        from rich.console import Console

        page = StringIO()
        Console(file=page, width=100, color_system=None).print(self.table())
        return page.getvalue().rstrip("\n")

    def __rich__(self) -> Table:
        return self.table()

    def _repr_html_(self) -> str:
        from autoseg.report import segment_cards

        return segment_cards(self.profiles, self.stability)


def _without_nan(value: Any) -> Any:
    """Return plain data with None in place of NaN, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _json(data: dict[str, Any]) -> bytes:
    """Return data as JSON text: no NaN, a newline at the end."""
    # keys keep their order: reasons, settings and features are shown in it
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, indent=2)
    return (text + "\n").encode()
