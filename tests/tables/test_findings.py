"""What messages may say, and what they keep to themselves."""

from __future__ import annotations

import pytest

from autoseg.tables.findings import mask


@pytest.mark.parametrize(
    ("customer_id", "masked"),
    [
        ("kari@example.no", "k…o (15 characters)"),
        ("123", "1…3 (3 characters)"),
        ("42", "…"),
        ("7", "…"),
        ("", "…"),
    ],
)
def test_a_masked_id_keeps_its_ends_and_its_length(customer_id, masked):
    assert mask(customer_id) == masked
