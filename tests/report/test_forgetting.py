"""The picture of forgetting shows what theory gives, and the same bytes again."""

from __future__ import annotations

import numpy as np
import pytest

from afterban import theory
from afterban.report import forgetting as f
from afterban.report.questions import save


@pytest.fixture(scope="module")
def found():
    return f.standing()


def test_panels_are_those_of_theory(found):
    assert found.beside.shape == (len(f.LIVES), len(f.MEAN_LIVES), f.STEPS, f.STEPS)
    at = (2, 1, 8, 4)  # life 10, seven days
    told = theory.followers_over_lives(
        10, 0.03, found.forget[4], found.lost[8], 7.0, found.gap, 0.002
    )
    assert found.beside[at] == pytest.approx(told[-1] / told[0], rel=1e-12)
    # Lives two, three and ten are alike where nobody forgets or is lost, and nowhere else.
    plain = found.beside[:, :, 0, 0]
    assert plain == pytest.approx(np.broadcast_to(plain[0], plain.shape), rel=1e-9)
    assert (found.beside[2, :, 8, 4] < 0.9 * found.beside[0, :, 8, 4]).all()
    # Who has been suspended sooner has won back less.
    assert (np.diff(plain[0]) > 0).all()


@pytest.mark.slow
def test_the_same_bytes_again(found, tmp_path):
    one, two = (
        save(lambda: f.compounding(found), tmp_path / name).read_bytes()
        for name in ("1.png", "2.png")
    )
    assert one == two
    other = f.Standing(found.forget, found.lost, found.beside**2, 0.03, 0.002, 1.0)
    assert save(lambda: f.compounding(other), tmp_path / "3.png").read_bytes() != one
