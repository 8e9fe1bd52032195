"""The network of June 2014, at different speeds of enforcement."""

from qc_documents import NETWORK_2014

SCENARIO = "enforcement-speed"
EXPECTED = {**NETWORK_2014}
