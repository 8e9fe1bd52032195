"""A small network that recruits."""

from qc_documents import INSIDER_SHARE, PEOPLE

SCENARIO = "recruitment"
EXPECTED = {**PEOPLE, "tiers.supporter.insider_share": INSIDER_SHARE}
