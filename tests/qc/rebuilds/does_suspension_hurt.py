"""Known and ordinary operators under rising pressure.

`watch` is a factor on `tiers.*.watched`.  With a tier watched at 1 per day it is the hazard of
suspension per account and day, which is what the documents give.
"""

from qc_documents import INSIDER_SHARE, PEOPLE, SUPPORTER_AUDIENCE

SCENARIO = "does-suspension-hurt"
EXPECTED = {
    **PEOPLE,
    "tiers.ordinary-insiders.audience": SUPPORTER_AUDIENCE,
    "tiers.ordinary-outsiders.audience": SUPPORTER_AUDIENCE,
    # L5 "nearly half of all followers were themselves in the data set"; the documents give no other
    # share for the shout-out accounts (L32 has only that their followings are the largest).
    "tiers.hub.insider_share": INSIDER_SHARE,
    # L22, mid-2015 on: 490 to 590 suspensions a day; 540 / 27,000 = 0.02.  The tolerance is for
    # the stock (46,000 gives 0.0117).
    "detection.watch": (0.02, "L22", 0.5),
    # Table of parameters, September 2014 to January 2015: 3e-4, from L7, whose 3.4 % in 153 days
    # are 2.3e-4 per day.
    "policies.late-2014.detection.watch": (3e-4, "L7", 0.3),
    # Table of parameters, March 2015: 5e-3 (3.2e-3 to 6.2e-3), from L14.
    "policies.march-2015.detection.watch": (5e-3, "L14", 0.36),
    # L26, second half of 2016: 376,890 in half a year = 2,070 a day; / 27,000 = 0.077.  The
    # tolerance is for the stock (46,000 gives 0.045).
    "policies.late-2016.detection.watch": (0.077, "L26", 0.5),
    # The same half year and stock, with shout-outs: L26, 2,070 a day; / 27,000 = 0.077.
    "policies.late-2016-shout-outs.detection.watch": (0.077, "L26", 0.5),
    # The same pressures once more, where people forget and where insiders are operators.
    "policies.late-2014-who-forget.detection.watch": (3e-4, "L7", 0.3),
    "policies.late-2016-who-forget.detection.watch": (0.077, "L26", 0.5),
    "policies.late-2016-live-insiders.detection.watch": (0.077, "L26", 0.5),
}
