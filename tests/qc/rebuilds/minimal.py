"""A small network."""

from qc_documents import INSIDER_SHARE, PEOPLE

SCENARIO = "minimal"
EXPECTED = {
    **PEOPLE,
    "tiers.hub.insider_share": INSIDER_SHARE,
    "tiers.supporter.insider_share": INSIDER_SHARE,
}
