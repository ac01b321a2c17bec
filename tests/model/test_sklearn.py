"""A model is a scikit-learn pipeline, and a fitted pipeline is a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from autoseg.clustering import AutoClusterer, CustomerScaler
from autoseg.errors import InputError
from autoseg.features import MissingRule
from autoseg.model import SegmentModel
from autoseg.model.gaps import GapFiller
from autoseg.model.predictor import SegmentPredictor

SHORT = {"target": (3, 3), "k_range": (3, 3)}


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    groups = [
        np.exp(rng.normal(middle, 0.3, size=(60, 3)))
        for middle in ([0, 0, 4], [3, 3, 1], [5, 0, 0])
    ]
    frame = pd.DataFrame(np.vstack(groups), columns=["a", "b", "c"])
    return frame.set_axis([f"c{i:03d}" for i in range(180)])


@pytest.fixture(scope="module")
def pipeline(customers):
    return make_pipeline(CustomerScaler(), AutoClusterer(**SHORT)).fit(customers)


@pytest.fixture(scope="module")
def model(customers, pipeline) -> SegmentModel:
    plain = SegmentModel.from_sklearn(pipeline, X=customers)
    # the segments are counted the other way round, as by what they are worth
    return replace(plain, numbers=tuple(reversed(plain.numbers)))


@pytest.fixture(scope="module")
def with_rules(model) -> SegmentModel:
    """Return a model in which a gap of each feature means another thing."""
    rules = [MissingRule.MEDIAN, MissingRule.ZERO, MissingRule.TENURE]
    return replace(
        model,
        features=tuple(
            replace(feature, missing=rule, filling=filling)
            for feature, rule, filling in zip(
                model.features, rules, [7.0, 0.0, 0.0], strict=True
            )
        ),
    )


@pytest.fixture(scope="module")
def with_gaps(customers) -> pd.DataFrame:
    holes = customers.assign(tenure_days=np.linspace(1.0, 400.0, len(customers)))
    rng = np.random.default_rng(0)
    holes = holes.where(rng.random(holes.shape) > 0.2)
    return holes.fillna({"tenure_days": 30.0})


class TestOut:
    def test_it_predicts_the_numbers_of_the_model(self, customers, pipeline, model):
        out = model.to_sklearn()
        numbers = out.predict(customers)
        np.testing.assert_array_equal(numbers, model.predict(customers))
        # and, by way of what was fitted, the labels turned round
        np.testing.assert_array_equal(numbers, 3 - pipeline.predict(customers))

    def test_probabilities_stand_in_the_order_of_the_classes(self, customers, model):
        out = model.to_sklearn()
        probabilities = out.predict_proba(customers)
        np.testing.assert_array_equal(probabilities, model.predict_proba(customers))
        assert out.classes_.tolist() == [1, 2, 3]
        likeliest = out.classes_[probabilities.argmax(axis=1)]
        np.testing.assert_array_equal(likeliest, out.predict(customers))

    def test_the_scaler_is_fitted_as_the_first_one_was(
        self, customers, pipeline, model
    ):
        scaler = model.to_sklearn()[0]
        assert scaler.n_features_in_ == 3
        assert scaler.feature_names_in_.tolist() == ["a", "b", "c"]
        pd.testing.assert_frame_equal(
            scaler.transform(customers), pipeline[0].transform(customers)
        )
        pd.testing.assert_frame_equal(scaler.account(), pipeline[0].account())

    def test_without_rules_for_gaps_no_step_fills_them(self, customers, model):
        out = model.to_sklearn()
        assert len(out) == 2
        customers = customers.copy()
        customers.iloc[0, 0] = np.nan
        with pytest.raises(InputError, match=r"ASG_E_NOT_FINITE.*column 'a'"):
            out.predict(customers)

    def test_gaps_are_filled_as_the_model_fills_them(self, with_gaps, with_rules):
        assigned = with_rules.assign_features(with_gaps)
        assert with_gaps.isna().any(axis=1).sum() > 60
        out = with_rules.to_sklearn()
        np.testing.assert_array_equal(out.predict(with_gaps), assigned["segment"])
        np.testing.assert_array_equal(
            out.predict_proba(with_gaps).max(axis=1).round(9),
            assigned["confidence"].round(9),
        )

    def test_tenure_is_asked_for_where_it_fills_and_only_there(self, with_rules):
        names = with_rules.to_sklearn().feature_names_in_.tolist()
        assert names == ["a", "b", "c", "tenure_days"]
        never = replace(with_rules.features[2], missing=MissingRule.NEVER)
        without = replace(with_rules, features=(*with_rules.features[:2], never))
        assert without.to_sklearn().feature_names_in_.tolist() == ["a", "b", "c"]

    def test_a_tenure_among_the_features_is_asked_for_once(self, with_rules):
        named = replace(with_rules.features[0], name="tenure_days")
        renamed = replace(with_rules, features=(named, *with_rules.features[1:]))
        names = renamed.to_sklearn().feature_names_in_.tolist()
        assert names == ["tenure_days", "b", "c"]

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            (lambda X: X[["b", "a", "c"]], "another order"),
            (lambda X: X[["a", "b"]], r"1 missing \(c\)"),
            (lambda X: X.assign(d=1.0), r"1 unknown \(d\)"),
        ],
    )
    def test_other_columns_are_refused(self, customers, model, change, told):
        with pytest.raises(ValueError, match=f"ASG_E_OTHER_COLUMNS.*{told}"):
            model.to_sklearn().predict(change(customers))

    def test_the_step_for_gaps_refuses_them_in_scikit_learns_words(
        self, with_gaps, with_rules
    ):
        with pytest.raises(ValueError, match="same order as they were in fit"):
            with_rules.to_sklearn().predict(with_gaps[["b", "a", "c", "tenure_days"]])

    def test_columns_keep_their_names_between_the_steps(self, with_gaps, with_rules):
        out = with_rules.to_sklearn().set_output(transform="pandas")
        filled = out[0].transform(with_gaps)
        assert filled.columns.tolist() == ["a", "b", "c"]
        assert filled.index.equals(with_gaps.index)
        scaled = out[:-1].transform(with_gaps)
        assert scaled.columns.tolist() == out[-1].feature_names_in_.tolist()

    def test_a_clone_finds_as_many_segments_anew(self, with_gaps, with_rules):
        anew = clone(with_rules.to_sklearn())
        with pytest.raises(NotFittedError):
            anew.predict(with_gaps)
        assert anew[-1].clusterer.target == (3, 3)
        anew.set_params(segmentpredictor__clusterer__k_range=(3, 3)).fit(with_gaps)
        assert set(anew.predict(with_gaps)) == {1, 2, 3}
        assert anew[0].fillings_[0] == with_gaps["a"].median()


class TestIn:
    def test_numbers_are_the_labels_plus_one(self, customers, pipeline):
        model = SegmentModel.from_sklearn(pipeline)
        labels = pipeline.predict(customers)
        np.testing.assert_array_equal(model.predict(customers), labels + 1)
        assert model.card.verdict == pipeline[-1].selection_.verdict
        assert model.segments[0].name("nb") == "Segment 1"
        assert model.far is None

    def test_two_estimators_are_as_good_as_a_pipeline(self, pipeline):
        both = SegmentModel.from_sklearn((pipeline[0], pipeline[1]))
        assert both.to_dict() == SegmentModel.from_sklearn(pipeline).to_dict()

    def test_segments_can_be_named(self, pipeline):
        names = ["Loyal", "New", " Rare "]
        model = SegmentModel.from_sklearn(pipeline, names)
        assert [one.name("sv") for one in model.segments] == ["Loyal", "New", "Rare"]

    @pytest.mark.parametrize(
        ("names", "told"),
        [
            (["a", "b"], "3 segments have 2 names"),
            ("abc", "names is one text"),
            (["a", "b", "<i>"], "names holds '<' or '>'"),
        ],
    )
    def test_what_is_no_name_is_refused(self, pipeline, names, told):
        with pytest.raises(InputError, match=f"ASG_E_SETTING: from_sklearn: {told}"):
            SegmentModel.from_sklearn(pipeline, names)

    def test_the_customers_of_the_fit_tell_how_they_were_spread(
        self, customers, pipeline
    ):
        model = SegmentModel.from_sklearn(pipeline, X=customers)
        for feature in model.features:
            column = customers[feature.name]
            assert feature.median == pytest.approx(column.median(), rel=0.01)
            assert len(feature.cuts) == 9
            below = (column <= feature.cuts[4]).mean()
            assert below == pytest.approx(0.5, abs=0.02)
        apart = model.assign_features(customers)["unlike_any"]
        assert 0 < apart.sum() <= 2
        odd = customers.head(1) * 1e5
        assert model.assign_features(odd)["unlike_any"].all()

    def test_an_array_does_as_well_as_a_frame(self, customers):
        X = customers.to_numpy()
        fitted = make_pipeline(CustomerScaler(), AutoClusterer(**SHORT)).fit(X)
        model = SegmentModel.from_sklearn(fitted, X=X)
        assert model.feature_names == ("x0", "x1", "x2")
        named = pd.DataFrame(X, columns=["x0", "x1", "x2"])
        np.testing.assert_array_equal(model.predict(named), fitted.predict(X) + 1)
        assert model.features[0].median is not None

    def test_there_and_back_is_the_same_rule(self, with_gaps, with_rules):
        back = SegmentModel.from_sklearn(with_rules.to_sklearn(), X=with_gaps)
        assert back.numbers == with_rules.numbers
        assert [(one.missing, one.filling) for one in back.features] == [
            (one.missing, one.filling) for one in with_rules.features
        ]
        # of a fifth of the customers each
        assert all(0.1 < one.missing_share < 0.3 for one in back.features)
        pd.testing.assert_frame_equal(
            back.assign_features(with_gaps).drop(columns="unlike_any"),
            with_rules.assign_features(with_gaps).drop(columns="unlike_any"),
        )

    def test_a_file_keeps_it(self, customers, pipeline, tmp_path):
        model = SegmentModel.from_sklearn(pipeline, ["Én", "To", "Tre"], X=customers)
        again = SegmentModel.load(model.save(tmp_path / "model.autoseg"))
        assert again.to_dict() == model.to_dict()

    @pytest.mark.parametrize(
        ("fitted", "told"),
        [
            (make_pipeline(StandardScaler(), KMeans()), "StandardScaler and KMeans"),
            (make_pipeline(CustomerScaler()), "its steps are CustomerScaler"),
            (
                make_pipeline(CustomerScaler(), "passthrough", AutoClusterer()),
                "CustomerScaler and str and AutoClusterer",
            ),
            (KMeans(), "got KMeans"),
        ],
    )
    def test_other_steps_are_refused(self, fitted, told):
        with pytest.raises(InputError, match=f"ASG_E_PIPELINE: .*{told}"):
            SegmentModel.from_sklearn(fitted)

    def test_steps_that_do_not_fit_together_are_refused(self, customers, pipeline):
        other = CustomerScaler().fit(customers[["a"]])
        with pytest.raises(InputError, match=r"ASG_E_PIPELINE.*gives 1 .*takes 2"):
            SegmentModel.from_sklearn((other, pipeline[1]))

    def test_what_is_not_fitted_is_refused(self, customers):
        with pytest.raises(NotFittedError, match="CustomerScaler"):
            SegmentModel.from_sklearn(make_pipeline(CustomerScaler(), AutoClusterer()))
        scaler = CustomerScaler().fit(customers)
        with pytest.raises(NotFittedError, match="AutoClusterer"):
            SegmentModel.from_sklearn((scaler, AutoClusterer()))


class TestGapFiller:
    def test_medians_are_those_of_the_fit(self):
        X = pd.DataFrame({"a": [1.0, np.nan, 2.0, 9.0], "b": [np.nan] * 4})
        filler = GapFiller({"a": "median", "b": "median"}).fit(X)
        later = pd.DataFrame({"a": [np.nan, 5.0], "b": [np.nan, 1.0]})
        # nobody had a b, and then a gap is nothing
        assert filler.transform(later).to_numpy().tolist() == [[2.0, 0.0], [5.0, 1.0]]

    def test_columns_without_a_rule_keep_their_gaps(self):
        X = np.array([[np.nan, np.nan], [1.0, 2.0]])
        filled = GapFiller({"x1": "zero"}).fit_transform(X)
        np.testing.assert_array_equal(filled, [[np.nan, 0.0], [1.0, 2.0]])

    def test_a_gap_of_the_tenure_stays_one_in_others(self):
        X = pd.DataFrame({"a": [np.nan, np.nan], "tenure_days": [np.nan, 4.0]})
        rules = {"a": "tenure", "tenure_days": "zero"}
        filled = GapFiller(rules).fit_transform(X)
        np.testing.assert_array_equal(filled, [[np.nan, 0.0], [4.0, 4.0]])

    @pytest.mark.parametrize(
        ("filler", "told"),
        [
            (GapFiller({"b": "zero"}), "X has no column b"),
            (GapFiller(columns=["a", "d"]), "X has no column d"),
            (GapFiller({"a": "tenure"}), "X has no column tenure_days"),
            (GapFiller({"a": "mean"}), "there is no rule mean"),
        ],
    )
    def test_settings_without_a_meaning_are_refused(self, filler, told):
        with pytest.raises(InputError, match=f"ASG_E_SETTING: GapFiller: {told}"):
            filler.fit(pd.DataFrame({"a": [1.0, 2.0]}))

    def test_names_out_are_checked(self):
        filler = GapFiller().fit(pd.DataFrame({"a": [1.0, 2.0]}))
        with pytest.raises(InputError, match=r"input_features is not equal"):
            filler.get_feature_names_out(["b"])


def test_a_predictor_numbers_what_its_clusterer_finds(customers, pipeline):
    scaled = pipeline[0].transform(customers)
    given = AutoClusterer(**SHORT)
    predictor = SegmentPredictor(given).fit(scaled)
    np.testing.assert_array_equal(
        predictor.predict(scaled), pipeline[-1].predict(scaled) + 1
    )
    # the clusterer that was given is left as it was
    assert not hasattr(given, "rule_")
