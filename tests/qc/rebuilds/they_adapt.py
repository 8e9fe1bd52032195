"""Handles alike, where operators notice the match."""

from qc_documents import INSIDER_SHARE, PEOPLE, SUPPORTER_AUDIENCE

SCENARIO = "they-adapt"
EXPECTED = {
    **PEOPLE,
    "tiers.hub.insider_share": INSIDER_SHARE,
    "tiers.supporter.audience": SUPPORTER_AUDIENCE,
    "tiers.supporter.insider_share": INSIDER_SHARE,
    # L27: 133,361 of 147,000 flagged accounts were suspended; at most the rest, 0.093, were
    # mistaken.  The range of the precision, 0.85 to 0.95, gives 0.05 to 0.15.
    "review.mistakes.probability": (0.09, "L27", 0.45),
}
