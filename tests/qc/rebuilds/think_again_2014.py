"""September 2014, with a campaign that answers."""

from qc_documents import REPLY_RATE, SEPTEMBER_2014

SCENARIO = "think-again-2014"
EXPECTED = {**SEPTEMBER_2014, "counter_speech.reply_rate": REPLY_RATE}
