"""What goes into a scikit-learn pipeline keeps scikit-learn's contract."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from autoseg.clustering import AutoClusterer
from autoseg.model.gaps import GapFiller
from autoseg.model.predictor import SegmentPredictor


@parametrize_with_checks(
    [SegmentPredictor(AutoClusterer(k_range=(2, 2), target=(2, 2))), GapFiller()]
)
def test_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)
