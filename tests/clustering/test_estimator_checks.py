"""The matrix level is scikit-learn to the letter: its own checks say so."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from autoseg.clustering import AutoClusterer, CustomerScaler

# name of a check: why it may fail; none does, and none should without a reason here
EXPECTED_FAILURES: dict[str, dict[str, str]] = {
    "AutoClusterer": {},
    "CustomerScaler": {},
}


def _expected(estimator: object) -> dict[str, str]:
    return EXPECTED_FAILURES[type(estimator).__name__]


@parametrize_with_checks(
    [AutoClusterer(k_range=(1, 4), target=(3, 4)), CustomerScaler()],
    expected_failed_checks=_expected,
)
def test_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)
