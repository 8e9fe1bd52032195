"""September 2014, with platforms to move to."""

from qc_documents import CORE_RETURNS, OFFICIAL_REFOLLOW, SEPTEMBER_2014

SCENARIO = "displacement-2014"
EXPECTED = {
    **SEPTEMBER_2014,
    # The same operators on another platform: found, and coming back, as on the first.
    "tiers.official-on-vk.refollow_factor": OFFICIAL_REFOLLOW,
    "tiers.official-on-vk.returns": CORE_RETURNS,
    # S12 "on 13 September an account that was private until just before a release".
    "tiers.official-releases.sleeper.public": ("2014-09-13", "S12"),
    # Back with such an account, an official one is found again as slowly (L30).
    "tiers.official-releases.refollow_factor": OFFICIAL_REFOLLOW,
    # S10 "VK 80 million monthly users, Twitter 270 million".
    "platforms.twitter.users": (270_000_000, "S10"),
    "platforms.vk.users": (80_000_000, "S10"),
    # S10 "gone from VK too after 11 September".
    "platforms.vk.enforces_from": ("2014-09-11", "S10"),
}
