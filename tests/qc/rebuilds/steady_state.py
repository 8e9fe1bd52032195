"""A year from January 2015 in which those who arrive replace those who give up.

`watch` is a factor on `tiers.*.watched`; with 1 per day there it is the hazard of the documents.
"""

from qc_documents import INSIDER_SHARE, PEOPLE, SUPPORTER_AUDIENCE, SUPPORTER_POSTS

SCENARIO = "steady-state"
EXPECTED = {
    **PEOPLE,
    "tiers.hub.insider_share": INSIDER_SHARE,
    # S15: 27,000 in all, less 300 hubs.  The tolerance covers 27,000, with the hubs beside them.
    "tiers.supporter.count": (26_700, "S15", 0.012),
    "tiers.supporter.audience": SUPPORTER_AUDIENCE,
    "tiers.supporter.insider_share": INSIDER_SHARE,
    "tiers.supporter.posts": SUPPORTER_POSTS,
    # Table of parameters, March 2015: 5e-3 (3.2e-3 to 6.2e-3), from L14.
    "detection.watch": (5e-3, "L14", 0.36),
    # An account lives 1 / 5e-3 = 200 days.  26,700 / 200 = 133.5 suspensions a day, of which 0.6
    # end in giving up: 80.1 a day.  300 / 200 * 0.2 = 0.3 hubs a day.  Time to action and to return
    # (a few days beside 200) take 2 % off.  The tolerance is the range of the hazard.
    "arrivals.tiers.supporter.rate": ("80.1 per day", "L14", 0.36),
    "arrivals.tiers.hub.rate": ("0.3 per day", "L14", 0.36),
}
