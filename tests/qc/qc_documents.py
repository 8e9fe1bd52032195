"""Values that several rebuilds share, taken from the documents by a second person.

Each is (value, source[, relative tolerance]), for the rebuilds in ``rebuilds/``.  Where the
documents give a range or leave the shape open, the tolerance covers that range.
"""

from __future__ import annotations

from typing import Any

Value = tuple[Any, ...]

# --- the network ---------------------------------------------------------------------------------

# L5 "nearly half of all followers were themselves in the data set".
INSIDER_SHARE: Value = (0.5, "L5")

# S8 "more than 50,000 followers" in June 2014: a round number from below, hence 50,000 to 60,000.
OFFICIAL_AUDIENCE: Value = (50_000, "S8", 0.17)

# L30: nothing on 20 February 2014, 18,000 followers on 31 March, 39 days later.  Out of 50,000
# (S8), all detached at first, share s insiders.  With the hazards of the schema, the detached find
# the account at f h (h = 1 per day for insiders, 0.03 for outsiders) or forget it at 0.05 per day
# (an assumption); those who forgot discover it at 0.02 per day (insiders) or 0.002 (outsiders),
# whatever f.  Those who found and those who discovered it in 39 days are 18 / 50 of all: s = 0.5
# (L5) gives f = 0.0388.  The range of s in L5, 0.4 to 0.75, gives 0.0763 to 0.0113.
OFFICIAL_REFOLLOW: Value = (0.039, "L30", 0.72)

# Table of parameters: "probability of return, official and core", 0.95, from S13.
CORE_RETURNS: Value = (0.95, "S13")

# L29 "two spare accounts ready".
SPARES: Value = (2, "L29")

# L6 "2.3 % over 50" posts a day: the busiest; more than 50 is open above.
HUB_POSTS: Value = ("50 per day", "L6", 0.5)

# S15: 27,000 pro-IS users in all tiers together; less the hubs, of the order of the 500 to 2,000
# hyperactive accounts of L11.  The tolerance covers 25,000 to 27,000.
SUPPORTERS: Value = (26_000, "S15", 0.04)

# L4: mean 1,004, median 150 to 270 (here 200), none over 50,000.
# sigma = sqrt(2 ln(1004 / 200)) = 1.796.  The tolerance is the range of the median.
SUPPORTER_AUDIENCE: Value = ("{lognormal: {median: 200, sigma: 1.8, cap: 50000}}", "L4", 0.26)

# L6: "40 % of accounts under 1, 69 % under 5, 2.3 % over 50".  The ends are not in the documents:
# least 1 in 30 days (62 % had posted in 30 days, L11), most 100, which keeps the mean (8.1) nearest
# to 6.7.  The tolerance is for the ends alone.
SUPPORTER_POSTS: Value = (
    "{quantiles: {0: 0.033 per day, 0.4: 1 per day, 0.69: 5 per day, 0.977: 50 per day, "
    "1: 100 per day}}",
    "L6",
    0.7,
)

# S12: "garnered a small 700 followers", 1.4 % of the 50,000 of S8, who are those who might follow.
RELEASE_AUDIENCE: Value = (50_000, "S8", 0.17)

# --- people and names ----------------------------------------------------------------------------

# L42: "half within 2 edits".
NEAR_EDITS: Value = (2, "L42")

# Table of parameters: near-identical handle, 0.6, from L42 (and S13, "more than half").
NEAR_IDENTICAL: Value = (0.6, "L42")

# L42 "Of 10 near-identical links 4 at one edit, 6 at two; 3 change digits only, 7 a doubled letter
# or separator": none of the ten swaps letters; how the seven split is not told.
LINKS: dict[str, Value] = {
    "handles.edits.one": (0.4, "L42"),
    "handles.edits.two": (0.6, "L42"),
    "handles.kinds.digit": (0.3, "L42"),
    "handles.kinds.swap": (0.0, "L42"),
}

# L75 "a post is seen by about 2 % of followers".
VIEW_PROBABILITY: Value = (0.02, "L75")

# S9 "In June, Twitter began suspending": some day in June; its middle.
SUSPENSIONS_BEGIN: Value = ("2014-06-15", "S9", 0.5)

# S1 "rarely responds to taunts": near 0.
REPLY_RATE: Value = (0.0, "S1")

# --- together ------------------------------------------------------------------------------------

PEOPLE: dict[str, Value] = {
    "audience.recognition.near_edits": NEAR_EDITS,
    "handles.near_identical": NEAR_IDENTICAL,
    **LINKS,
    "exposure.view_probability": VIEW_PROBABILITY,
}

# The network of June 2014.
NETWORK_2014: dict[str, Value] = {
    **PEOPLE,
    "tiers.official.audience": OFFICIAL_AUDIENCE,
    "tiers.official.refollow_factor": OFFICIAL_REFOLLOW,
    "tiers.official.returns": CORE_RETURNS,
    "tiers.official.spares": SPARES,
    "tiers.media.returns": CORE_RETURNS,
    "tiers.media.spares": SPARES,
    "tiers.regional.insider_share": INSIDER_SHARE,
    "tiers.hub.insider_share": INSIDER_SHARE,
    "tiers.hub.posts": HUB_POSTS,
    "tiers.supporter.count": SUPPORTERS,
    "tiers.supporter.audience": SUPPORTER_AUDIENCE,
    "tiers.supporter.insider_share": INSIDER_SHARE,
    "tiers.supporter.posts": SUPPORTER_POSTS,
}

# The same when suspensions begin, with the account made for a release.
SEPTEMBER_2014: dict[str, Value] = {
    **NETWORK_2014,
    "tiers.release.audience": RELEASE_AUDIENCE,
    # The same account as an official one, found again as slowly (L30).
    "tiers.release.refollow_factor": OFFICIAL_REFOLLOW,
    "detection.regimes[0].from": SUSPENSIONS_BEGIN,
}
