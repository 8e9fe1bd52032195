"""Kinds of event, and the rule that breaks ties in time.

Events of one instant happen in the order (kind, operator, ordinal), kinds in the order given here:
first what is observed, then what the platform does, then what operators do.  Ties are rare among
continuous times, but a delay of exactly zero, a date, or a constant makes them.  A horizon ends a
run just before the events of that instant.  Numbers of events at which a channel finds an account
stand in :mod:`afterban.channels`.
"""

from __future__ import annotations

from typing import Final

from afterban import channels

CENSUS: Final = 1  # observe; sees the world just before the other events of the instant
SHIFT: Final = 2  # the number of reviewers on duty changes
PULSE: Final = 3  # a campaign suspends accounts
SUSPEND: Final = 4  # a decision takes effect
DECIDE: Final = 5  # a reviewer (or, with unlimited staff, the platform) decides on a case
CREATE: Final = 6  # an operator makes its next account
PUBLISH: Final = 7  # an account becomes public
SCAN: Final = channels.rate("handle_recall").event  # 8: a handle match is found
CLASSIFY: Final = channels.rate("classifier").event  # 9: the classifier flags
THREATEN: Final = channels.rate("threats").event  # 10: an act that is reviewed as urgent
WATCH: Final = channels.rate("watch").event  # 11: somebody who watches for such accounts flags
REPORT: Final = channels.rate("reports").event  # 12: a report may arrive (thinning decides)
LINK: Final = channels.rate("link_promoted").event  # 13: a link match is found
RECRUIT: Final = 14  # somebody may be won over (thinning decides)
PROMOTE: Final = 15  # a neighbour promotes the account; the ordinal is the neighbour
BENIGN: Final = 16  # a report about an ordinary user arrives
WRONG_FLAG: Final = 17  # a channel flags an ordinary user
APPEAL: Final = 18  # an ordinary user appeals against a suspension
OWN_APPEAL: Final = 19  # an operator does; the ordinal is the life
SPEECH: Final = 20  # counter-speech changes how readily people begin to follow
BURST: Final = 21  # operators begin to post more or less
RETALIATE: Final = channels.rate("retaliation").event  # 22: a threat that follows a suspension
LOOK_ALIKE: Final = 23  # the handle match flags an ordinary user; the operator is one of the sample
