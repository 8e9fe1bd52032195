"""A small network with three groups of ordinary operators, and what is published about a return.

`watch` is 1, so that `tiers.*.watched` is the hazard of suspension per account and day.
"""

from qc_documents import INSIDER_SHARE, PEOPLE, SUPPORTER_AUDIENCE, SUPPORTER_POSTS, Value

SCENARIO = "calibrate-2014"

# Table of parameters, September 2014 to January 2015: 3e-4, from L7, whose 3.4 % in 153 days are
# 2.3e-4 per day.
LATE_2014: Value = ("3e-4 per day", "L7", 0.3)
# L4: the median of all accounts, 150 to 270 followers.
MEDIAN_ACCOUNT: Value = (200, "L4", 0.35)
# L6: 40 % of accounts under 1 a day and 69 % under 5, so that the median lies between; log-linear
# from 1 to 5 it is 5^((0.5 - 0.4) / 0.29) = 1.7.
MEDIAN_POSTS: Value = ("1.7 per day", "L6", 0.5)

EXPECTED = {
    **PEOPLE,
    "tiers.hub.insider_share": INSIDER_SHARE,
    "tiers.hub.watched": LATE_2014,
    "tiers.supporter.audience": SUPPORTER_AUDIENCE,
    "tiers.supporter.insider_share": INSIDER_SHARE,
    "tiers.supporter.posts": SUPPORTER_POSTS,
    "tiers.supporter.watched": LATE_2014,
    **{
        f"tiers.found-in-{when}.{key}": value
        for when in ("hours", "days", "weeks")
        for key, value in {
            "audience": MEDIAN_ACCOUNT,
            "insider_share": INSIDER_SHARE,
            "posts": MEDIAN_POSTS,
        }.items()
    },
    # L40 has lives of under a day, of 1 to 3 days, and of 3 to 10 and more than 10: half a day, two
    # days and ten days stand for them, each within a factor of two.
    "tiers.found-in-hours.watched": ("2 per day", "L40", 0.5),
    "tiers.found-in-days.watched": ("0.5 per day", "L40", 0.5),
    "tiers.found-in-weeks.watched": ("0.1 per day", "L40", 0.5),
    # L40: 117, 338, and 169 (n = 5) with 187 (n = 7), over the 200 of L4.
    "calibration.targets.first-day.observed": (117 / 200, "L40", 0.01),
    "calibration.targets.third-day.observed": (338 / 200, "L40", 0.01),
    "calibration.targets.plateau.observed": ((5 * 169 + 7 * 187) / 12 / 200, "L40", 0.02),
    # L9 "lagged behind": below 1.
    "calibration.targets.replacement.observed": (1, "L9"),
    # Held out: S30 "will create a new account", most of them; S13 "almost immediately", taken as
    # half a week at most.
    "calibration.hold_outs.return-share.observed": (0.5, "S30"),
    "calibration.hold_outs.return-delay.observed": (3.5, "S13"),
}
