"""Counter-speech: who follows it, how much of what is seen it is, and who answers whom."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from afterban.mechanisms import census as c
from afterban.mechanisms.counterspeech import follower_days, followers
from afterban.metrics.metric import Metric
from afterban.metrics.reach import impressions
from afterban.metrics.register import gives
from afterban.metrics.run import Floats, Run, once, ratio


def _speakers(run: Run) -> bool:
    """Whether anybody speaks against the network; without speakers what they do is undefined."""
    return len(run.p.speaker_followers) > 0


@gives(
    Metric(
        "network_followers",
        "people",
        "count",
        "followers of the network",
        "followers of all public accounts at the horizon, people counted once an account",
        -1,
        by_tier=True,
    )
)
def network_followers(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    last = run.records.series[-1]
    of_tier = last[:, c.ATTACHED_INSIDERS] + last[:, c.ATTACHED_OUTSIDERS]
    return np.array([of_tier.sum(), *of_tier])


@once
def _followed(run: Run) -> float:
    p = run.p
    return float(
        sum(
            followers(float(start), float(growth), float(ceiling), p.horizon)
            for start, growth, ceiling in zip(
                p.speaker_followers, p.speaker_growth, p.speaker_ceiling, strict=True
            )
        )
    )


@gives(
    Metric(
        "speaker_followers",
        "people",
        "count",
        "followers of the counter-speakers",
        "followers of accounts that speak against the network at the horizon",
        +1,
    )
)
def speaker_followers(run: Run) -> float:
    """People."""
    return _followed(run) if _speakers(run) else math.nan


@gives(
    Metric(
        "voice_ratio",
        "",
        "ratio",
        "followers of counter-speakers per follower of the network",
        "at the horizon; share of voice is this over one plus this",
        +1,
    )
)
def voice_ratio(run: Run) -> float:
    """People per person."""
    if not _speakers(run):
        return math.nan
    return ratio(_followed(run), float(network_followers(run)[0]))


# --- over time ------------------------------------------------------------------------------------


@once
def _times(run: Run) -> Floats:
    """Days on which the regimes of counter-speech begin, and the horizon."""
    return np.append(run.p.speech_start, run.p.horizon)


@once
def _posts_per_day(run: Run) -> Floats:
    """Posts per day of the network and of each tier, in each regime, ``[1 + K, regimes]``."""
    series = run.records.series[:, :, c.POSTS].T
    made = np.diff([np.interp(_times(run), run.p.grid, tier) for tier in series])
    return np.asarray(np.vstack((made.sum(axis=0), made)) / np.diff(_times(run)))


@gives(
    Metric(
        "share_of_voice",
        "",
        "share",
        "share of voice",
        "impressions of counter-speakers among all impressions, since the start",
        +1,
    )
)
def share_of_voice(run: Run) -> float:
    """A share."""
    if not _speakers(run):
        return math.nan
    p, heard = run.p, 0.0
    for k in range(len(p.speaker_followers)):
        start, growth, ceiling = (
            float(p.speaker_followers[k]),
            float(p.speaker_growth[k]),
            float(p.speaker_ceiling[k]),
        )
        rate = p.speaker_posts[k] + p.speaker_answers[:, k] * _posts_per_day(run)[0]
        listening = np.diff([follower_days(start, growth, ceiling, time) for time in _times(run)])
        heard += float((p.view_probability * rate * listening).sum())
    return ratio(heard, heard + impressions(run))


def _whole(run: Run, rates: Floats) -> Floats:
    """The mean over the run of a rate in each regime, ``[1 + K]``."""
    return np.asarray(rates @ (np.diff(_times(run)) / run.p.horizon))


def _at_first(_: Run, rates: Floats) -> Floats:
    """A rate in the first regime, ``[1 + K]``."""
    return rates[:, 0]


def _at_last(_: Run, rates: Floats) -> Floats:
    """A rate in the last regime, ``[1 + K]``."""
    return rates[:, -1]


def _of_speakers(
    run: Run, rates: Callable[[Run], Floats], when: Callable[[Run, Floats], Floats]
) -> Floats:
    return when(run, rates(run)) if _speakers(run) else np.full(1 + len(run.tiers), math.nan)


@once
def _answers(run: Run) -> Floats:
    """Answers to posts of the network and of each tier, per day, ``[1 + K, regimes]``."""
    return np.asarray(run.p.speaker_answers.sum(axis=1) * _posts_per_day(run))


@once
def _replies(run: Run) -> Floats:
    """Replies of the network and of each tier to those, per day, ``[1 + K, regimes]``."""
    rate, answers = run.p.reply_rate, _answers(run)
    return np.vstack((rate @ answers[1:], rate[:, np.newaxis] * answers[1:]))


@gives(
    Metric(
        "answers_per_day",
        "per day",
        "rate",
        "answers per day",
        "answers of counter-speakers to posts of the network, since the start",
        by_tier=True,
    )
)
def answers_per_day(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return _of_speakers(run, _answers, _whole)


@gives(
    Metric(
        "answers_per_day_at_first",
        "per day",
        "rate",
        "answers per day at first",
        "those before the first change of what they answer (`counter_speech.regimes`)",
        by_tier=True,
    )
)
def answers_per_day_at_first(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return _of_speakers(run, _answers, _at_first)


@gives(
    Metric(
        "answers_per_day_at_last",
        "per day",
        "rate",
        "answers per day at last",
        "those from the last change of what they answer on",
        by_tier=True,
    )
)
def answers_per_day_at_last(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return _of_speakers(run, _answers, _at_last)


@gives(
    Metric(
        "replies_per_day",
        "per day",
        "rate",
        "replies of the network per day",
        "replies of the network to those answers, since the start",
        by_tier=True,
    )
)
def replies_per_day(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return _of_speakers(run, _replies, _whole)


@gives(
    Metric(
        "replies_per_day_at_last",
        "per day",
        "rate",
        "replies of the network per day at last",
        "those from the last change of what is answered on",
        by_tier=True,
    )
)
def replies_per_day_at_last(run: Run) -> Floats:
    """The whole and each tier, ``[1 + K]``."""
    return _of_speakers(run, _replies, _at_last)
