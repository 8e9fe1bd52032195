"""The network of June 2014, in front of a team."""

from qc_documents import NETWORK_2014

SCENARIO = "capacity"
EXPECTED = {**NETWORK_2014}
