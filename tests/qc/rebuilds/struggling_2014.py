"""September 2014, with a team that has a backlog (S31)."""

from qc_documents import SEPTEMBER_2014

SCENARIO = "struggling-2014"
EXPECTED = {**SEPTEMBER_2014}
