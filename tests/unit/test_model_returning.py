"""Whether an operator comes back."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterban.mechanisms.returning import return_probability
from afterban.theory import lives_survival


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(1, 12))
def test_product_over_lives_is_the_closed_form(probability, fatigue, lives):
    survival = prod(return_probability(probability, fatigue, life) for life in range(1, lives + 1))
    assert survival == pytest.approx(
        lives_survival(lives, probability, fatigue), rel=1e-9, abs=1e-300
    )


def test_fatigue_begins_with_the_second_life():
    assert return_probability(0.8, 0.5, 1) == 0.8
    assert return_probability(0.8, 0.5, 2) == 0.4
    assert return_probability(0.8, 0.5, 3) == 0.2
    assert return_probability(0.8, 0.0, 1) == 0.8
    assert return_probability(0.8, 0.0, 2) == 0.0
