"""Audience, network and exposure: who can follow whom, and who sees a post."""

from __future__ import annotations

from typing import Any

import numpy as np

from afterban import inputs
from afterban.parameters.numbers import floats
from afterban.scenario import Scenario


def lower_audience(arm: Scenario, enforced: bool) -> dict[str, Any]:
    """What holds of all operators; the network of a file, where there is one.

    enforced: whether anybody is ever suspended; while nobody is, all insiders are live.
    Raises ScenarioErrors with the faults of the files.
    """
    own, graph = inputs.operators(arm), inputs.follows(arm)
    audience, network = arm.audience, arm.network
    return {
        "own_audience": own.audience if own else np.zeros((0, 2)),
        "own_posts": own.posts if own else np.zeros(0),
        "own_promoter_start": graph.start if graph else np.zeros(0, dtype=np.int64),
        "own_promoters": graph.promoters if graph else np.zeros(0, dtype=np.int32),
        "prominence_tail": float(network.prominence_tail),
        "overlap": floats([network.overlap_insiders, network.overlap_outsiders]),
        "lost": floats([audience.lost_insiders, audience.lost_outsiders]),
        "forget": floats([audience.forget_insiders, audience.forget_outsiders]),
        "live_insiders": audience.insiders == "operators" and enforced,
        "near_edits": int(audience.recognition.near_edits),
        "unrelated_recognition": float(audience.recognition.unrelated),
        "view_probability": float(arm.exposure.view_probability),
        "outsiders": int(arm.exposure.outsiders),
    }
