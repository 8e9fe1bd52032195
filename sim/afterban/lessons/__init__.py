"""Five lessons: predict, then see what the simulation gives.

Each is a marimo notebook in ``notebooks/`` and a page of the documentation that is made from it.
``parts`` has what they are made of, ``play`` runs one without a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

INSTALL = "pip install 'afterban[lessons]'"
MINUTES = 20

# One thing at a time: in these lessons who looks for an account does so until it is found, and
# insiders are a constant number of people.
NOBODY_FORGETS = {
    "audience.lost_insiders": 0,
    "audience.lost_outsiders": 0.05,
    "audience.forget_insiders": "0 per day",
    "audience.forget_outsiders": "0 per day",
    "audience.insiders": "constant",
}


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    number: its place, from 1.  name: word on the command line, and name of the notebook.
    asks: the question that it is about.
    """

    number: int
    name: str
    title: str
    asks: str

    @property
    def file(self) -> Path:
        """The notebook."""
        return Path(__file__).with_name("notebooks") / f"{self.name}.py"


LESSONS = (
    Lesson(
        1,
        "cycle",
        "The whack-a-mole cycle",
        "Suspended accounts come back. What, then, do suspensions achieve?",
    ),
    Lesson(
        2,
        "pairing",
        "Why two single runs mislead",
        "How many runs does it take to tell two policies apart?",
    ),
    Lesson(
        3,
        "queues",
        "Speed against capacity",
        "What does a review team buy when it is nearly always busy?",
    ),
    Lesson(
        4,
        "tipping",
        "Tipping points and hubs",
        "Can enforcement be fast enough that a network falls apart, and whom should it hit first?",
    ),
    Lesson(
        5,
        "handles",
        "Handles, thresholds and wrong suspensions",
        "How alike is too alike, and who pays for it?",
    ),
)


def find(word: str) -> Lesson:
    """The lesson of a name or number.  Raises AfterbanError, with the nearest name."""
    from afterban.errors import AfterbanError, closest, listed

    for lesson in LESSONS:
        if word.strip().lower() in (lesson.name, str(lesson.number)):
            return lesson
    names = [lesson.name for lesson in LESSONS]
    # A number is no slip of a name, and part of a title is nearer than the name may be.
    near = closest(word, names)
    if near is None:
        by_title = {lesson.title: lesson.name for lesson in LESSONS}
        title = closest(word, by_title)
        near = None if title is None else by_title[title]
    meant = f"; did you mean `{near}`?" if near else ""
    raise AfterbanError(
        f"there is no lesson `{word}`: they are {listed(names)}, or 1 to {len(LESSONS)}{meant}"
    )
