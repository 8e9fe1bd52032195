"""What is kept of each operator between events: one row of numbers.

Compartments are expected numbers of people, so they are real.  For each segment of size A,
attached + detached + untouched + gone + away = A at all times.
"""

from __future__ import annotations

from typing import Final

CLOCK: Final = 0  # day for which the row holds
ATTACHED_IN: Final = 1  # insiders that follow the current account
DETACHED_IN: Final = 2  # insiders that followed an earlier one
UNTOUCHED_IN: Final = 3  # insiders that never followed
GONE_IN: Final = 4  # insiders lost for good
ATTACHED_OUT: Final = 5
DETACHED_OUT: Final = 6
UNTOUCHED_OUT: Final = 7
GONE_OUT: Final = 8
REFOLLOW_IN: Final = 9  # hazard of being found again by a detached insider, per day
REFOLLOW_OUT: Final = 10
PUBLIC: Final = 11  # 1 while a public account lives, else 0
BUSY_UNTIL: Final = 12  # day until which posts go into promoting others
REBUILD_UNTIL: Final = 13  # day until which a share of posts goes into re-announcing
# Follower-days and days of posting are counted at the operator's own rate, that of its first life:
# a day at half of it is half a day.
SEEN_IN: Final = 14  # insider follower-days at which content was posted, so far
SEEN_OUT: Final = 15
REBUILD_DAYS: Final = 16  # days of posting that went into rebuilding, so far
PUBLIC_DAYS: Final = 17  # days of posting, so far
AWAY_IN: Final = 18  # insiders who are not on the operator's platform
AWAY_OUT: Final = 19
FORGET_IN: Final = 20  # hazard with which a detached insider stops looking, per day
FORGET_OUT: Final = 21
POSTS_CHANGE: Final = 22  # in this life, of the posting rate, relative to the first: 0 is none
SHOWN_OUT: Final = 23  # outsider follower-days at which anything was posted, so far
COLUMNS: Final = 24
