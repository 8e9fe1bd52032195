"""Counter-speech: who answers, and how it changes how readily people begin to follow."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from afterban.mechanisms.counterspeech import conversion
from afterban.parameters.numbers import Floats, days_after, floats
from afterban.scenario import Scenario
from afterban.scenario.sections.counterspeech import CounterSpeech


def lower_counterspeech(arm: Scenario, horizon: float) -> dict[str, Any]:
    """Speakers, their answers by regime, and the hazards of discovery that they leave."""
    speech = arm.counter_speech
    speakers = list(speech.speakers.values()) if speech else []
    answering = _answering(speech, arm.start, horizon)
    won_over = [_won_over(speech, answers) for _, answers in answering]
    discovery = floats([arm.audience.discover_insiders, arm.audience.discover_outsiders])
    return {
        "discover": won_over[0] * discovery,
        "speech_change": floats([answering[k][0] for k in _changes(won_over)]),
        "discover_later": np.outer([won_over[k] for k in _changes(won_over)], discovery),
        "speaker_followers": floats([one.followers for one in speakers]),
        "speaker_growth": floats([one.growth for one in speakers]),
        "speaker_ceiling": floats(
            [math.inf if one.ceiling is None else one.ceiling for one in speakers]
        ),
        "speaker_posts": floats([one.posts for one in speakers]),
        "speech_start": floats([day for day, _ in answering]),
        "speaker_answers": floats([answers for _, answers in answering]),
        "reply_rate": _reply_rates(speech, list(arm.tiers)),
    }


def _answering(
    speech: CounterSpeech | None, start: dt.date, horizon: float
) -> list[tuple[float, list[float]]]:
    """First day of each regime of counter-speech that comes about, and what is answered then.

    What a regime leaves out stays; one of the first day takes the place of what was before it.
    """
    now = {name: float(one.answers) for name, one in speech.speakers.items()} if speech else {}
    out = [(0.0, list(now.values()))]
    for regime in speech.regimes if speech else []:
        for name, one in regime.speakers.items():
            if one.answers is not None:
                now[name] = float(one.answers)
        day = days_after(regime.from_, start)
        if day <= 0.0:
            out[0] = (0.0, list(now.values()))
        elif day < horizon:
            out.append((day, list(now.values())))
    return out


def _won_over(speech: CounterSpeech | None, answers: list[float]) -> float:
    """Factor on the hazards of discovery while so much is answered, by speaker."""
    if speech is None:
        return 1.0
    return conversion(float(speech.effect), float(sum(answers)), float(speech.answers_seen))


def _changes(values: list[float]) -> list[int]:
    """Places of the values that differ from the one before."""
    return [k for k in range(1, len(values)) if values[k] != values[k - 1]]


def _reply_rates(speech: CounterSpeech | None, tiers: list[str]) -> Floats:
    """Share of the answers to its posts that each tier replies to."""
    if speech is None:
        return np.zeros(len(tiers))
    own = {name: float(one.reply_rate) for name, one in speech.tiers.items()}
    return floats([own.get(name, float(speech.reply_rate)) for name in tiers])
