"""Two halves of the network on one platform, one of them pressed."""

from qc_documents import INSIDER_SHARE, PEOPLE, SUPPORTER_AUDIENCE, SUPPORTER_POSTS

# S15: 27,000 in all; less 300 hubs, half of the rest: 13,350.  The tolerance covers 13,500, with
# the hubs beside them.
HALF = (13_350, "S15", 0.012)

SCENARIO = "two-populations"
EXPECTED = {
    **PEOPLE,
    "tiers.pressed.count": HALF,
    "tiers.pressed.audience": SUPPORTER_AUDIENCE,
    "tiers.pressed.insider_share": INSIDER_SHARE,
    "tiers.pressed.posts": SUPPORTER_POSTS,
    "tiers.spared.count": HALF,
    "tiers.spared.audience": SUPPORTER_AUDIENCE,
    "tiers.spared.insider_share": INSIDER_SHARE,
    "tiers.spared.posts": SUPPORTER_POSTS,
    # L5 is of all followers; the documents give no other share for hubs.
    "tiers.pressed-hub.insider_share": INSIDER_SHARE,
    "tiers.spared-hub.insider_share": INSIDER_SHARE,
}
