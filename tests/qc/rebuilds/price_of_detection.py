"""The network of June 2014 under the pressure of 2015, by a classifier with an operating curve."""

from qc_documents import NETWORK_2014

SCENARIO = "price-of-detection"
EXPECTED = {
    **NETWORK_2014,
    # L27 "about 147,000 accounts flagged, 133,361 suspended = 90.7 %"; 0.91 in the table of
    # parameters.  The tolerance is that rounding.
    "detection.precision_of.reports": (0.91, "L27", 0.005),
    # L22, mid-2015 to January 2016: 15,000 to 18,000 a month are 490 to 590 a day, here 540.
    # 27,000 operators (S15) with 6.7 posts a day (L6) make 180,900 posts a day; a classifier that
    # finds 0.3 of what it could has 540 / (180,900 * 0.3) = 0.00995 per post.  490 to 590 give
    # 0.0090 to 0.0109; the quantiles of L6 with the ends of SUPPORTER_POSTS have mean 8.1 in place
    # of 6.7, which gives 0.0082: the tolerance covers both.
    "detection.classifier": ("0.00995 per post", "L22", 0.2),
    # N14 "after a suspension was reversed, posts per account fell by 54 %".
    "review.appeals.posts_after": (0.46, "N14"),
}
