"""The stories that the page tells: one file each, beats with predictions, the sandbox last."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from afterban.page.beats import Told
from afterban.page.record import Recorder
from afterban.page.stories import faster, names, second_account

STORIES: Mapping[str, Callable[[Recorder], Told]] = {
    "second-account": second_account.tell,
    "faster": faster.tell,
    "names": names.tell,
}
# The story of the sliders that each plays (see ``afterban.page.presets``).
PLAYS: Mapping[str, str] = {
    "second-account": "june-2014",
    "faster": "how-fast",
    "names": "names",
}
