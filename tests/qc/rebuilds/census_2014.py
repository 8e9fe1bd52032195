"""September 2014, followed to the end of what the census covers."""

from qc_documents import SEPTEMBER_2014

SCENARIO = "census-2014"
EXPECTED = {
    **SEPTEMBER_2014,
    # L7 "suspended September 2014 to January 2015".
    "metrics.start": ("2014-09-01", "L7"),
}
