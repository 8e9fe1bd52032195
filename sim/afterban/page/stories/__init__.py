"""The stories that the page tells: one file each, beats with predictions, the sandbox last."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from afterban.page.beats import Told
from afterban.page.record import Recorder
from afterban.page.stories import (
    counter_speech,
    faster,
    flame_war,
    names,
    next_platform,
    queue,
    recruits,
    second_account,
)

STORIES: Mapping[str, Callable[[Recorder], Told]] = {
    "second-account": second_account.tell,
    "faster": faster.tell,
    "names": names.tell,
    "queue": queue.tell,
    "recruits": recruits.tell,
    "next-platform": next_platform.tell,
    "counter-speech": counter_speech.tell,
    "flame-war-2011": flame_war.tell,
}
# The story of the sliders that each plays (see ``afterban.page.presets``).
PLAYS: Mapping[str, str] = {
    "second-account": "june-2014",
    "faster": "how-fast",
    "names": "names",
    "queue": "queue",
    "recruits": "recruits",
    "next-platform": "next-platform",
    "counter-speech": "counter-speech",
    "flame-war-2011": "flame-war-2011",
}
