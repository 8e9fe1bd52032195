"""The network of June 2014 when suspensions begin."""

from qc_documents import SEPTEMBER_2014

SCENARIO = "september-2014"
EXPECTED = {**SEPTEMBER_2014}
