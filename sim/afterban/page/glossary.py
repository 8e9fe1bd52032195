"""Words of the page that a "?" explains."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "operator": "a person or group behind accounts. Accounts are suspended; the operator may come "
    "back with another.",
    "operators": "people or groups behind accounts. Accounts are suspended; the operator may come "
    "back with another.",
    "outsiders": "followers who are not of the network themselves: the public that it wants to "
    "reach.",
    "insiders": "followers who belong to the network and look for its new accounts by themselves.",
    "twin": "the same network with the same chances in a world without enforcement. What "
    "suspensions "
    "take away is the difference between the two.",
    "handle": "the name of an account, after the @.",
    "promote": "an account that is still there posts about one that came back. Followers who see "
    "it "
    "and look for the account follow it again.",
    "promotion": "an account that is still there posts about one that came back. Followers who "
    "see it "
    "and look for the account follow it again.",
    "effective reach": "posts seen by outsiders, as a share of those seen in the twin.",
    "median": "half of the cases are faster, half are slower.",
    "edits": "letters to add, take away or change until one name is the other.",
    "interval": "runs with other chances give other numbers; in 95 of 100 such intervals lies the "
    "mean of endlessly many runs.",
}
