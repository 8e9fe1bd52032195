"""Whom to remove first."""

from qc_documents import INSIDER_SHARE, PEOPLE, SUPPORTER_POSTS

SCENARIO = "whom-first"
EXPECTED = {
    **PEOPLE,
    "tiers.hub.insider_share": INSIDER_SHARE,
    "tiers.supporter.insider_share": INSIDER_SHARE,
    "tiers.supporter.posts": SUPPORTER_POSTS,
}
