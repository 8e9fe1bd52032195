"""The network of June 2014, under campaigns."""

from qc_documents import NETWORK_2014

SCENARIO = "targeting"
EXPECTED = {**NETWORK_2014}
