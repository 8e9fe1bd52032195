"""The network of June 2014."""

from qc_documents import NETWORK_2014

SCENARIO = "no-enforcement"
EXPECTED = {**NETWORK_2014}
