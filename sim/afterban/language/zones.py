"""Time zones: a place whose clock the hours of a shift are read from.

Checked by ``tests/unit/test_zones.py``.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Annotated, Any, Final

from afterban.errors import ValueProblem, closest, shortened
from afterban.language.kinds import Kind

UTC: Final = "UTC"
_DAY: Final = dt.timedelta(days=1)


class ZoneKind(Kind):
    """A zone of the IANA database, by its name."""

    name = "a time zone"
    form = "write a zone as the IANA database has it, such as `Europe/Berlin`, or `UTC`"
    takes_evidence = False

    def parse(self, text: str, plain: bool = True) -> str:
        """Return the name if there is such a zone.  Raises ValueProblem."""
        if text != UTC and text not in zoneinfo.available_timezones():
            raise ValueProblem(
                f"`{shortened(text)}` is no time zone", self.form, closest_zone(text)
            )
        return text

    def json_schema(self) -> dict[str, Any]:
        """Text: the database grows."""
        return {"type": "string"}


Zone = Annotated[str, ZoneKind()]


def closest_zone(text: str) -> str | None:
    """The zone that ``text`` is probably a slip of, or whose town it is; None if there is none."""
    zones = zoneinfo.available_timezones()
    town = text.strip().replace(" ", "_").lower()
    of_town = sorted(zone for zone in zones if zone.rpartition("/")[2].lower() == town)
    return of_town[0] if of_town else closest(text, sorted(zones))


def days_utc(date: dt.date, time: float, zone: str, start: dt.date) -> float:
    """Days from midnight UTC of ``start`` to a time of day on a date, by the clocks of a zone.

    time: days after midnight, 0 to 1.  An hour that a change of clocks leaves out counts as if
    they had not been changed yet, and of one that comes twice the first counts.  Exact to the
    microsecond.
    """
    if zone == UTC:
        return (date - start).days + time
    local = dt.datetime.combine(date, dt.time(), zoneinfo.ZoneInfo(zone)) + time * _DAY
    since = local.astimezone(dt.UTC) - dt.datetime.combine(start, dt.time(), dt.UTC)
    return since / _DAY
