"""The exchange of 2011."""

from qc_documents import PEOPLE, REPLY_RATE

SCENARIO = "isaf-taliban-2011"
EXPECTED = {
    **PEOPLE,
    # S4 "swelled from 736 to nearly 18,000" over the past year: ln(18000 / 736) / 365.
    "counter_speech.speakers.press-office.followers": (736, "S4"),
    "counter_speech.speakers.press-office.growth": ("0.00876 per day", "S4", 0.005),
    # S23 "refrained from engaging" until 14 September 2011.
    "counter_speech.speakers.press-office.answers": (0, "S23"),
    "counter_speech.regimes[0].from": ("2011-09-14", "S23"),
    # S7 "near-daily exchange": 0.9 answers a day.  How often two accounts post is not said for
    # 2011; with the 6.7 posts of L6 each, 0.9 / 13.4 = 0.07.
    "counter_speech.regimes[0].speakers.press-office.answers": (0.07, "S7", 0.5),
    "counter_speech.reply_rate": REPLY_RATE,
    # S22 it "had the last word": no answer stands without its reply.
    "counter_speech.tiers.pugnacious.reply_rate": (1, "S22"),
}
