"""The network of June 2014 under the pressure of 2015 and 2016, at different speeds."""

from qc_documents import NETWORK_2014

SCENARIO = "one-off-purge"
EXPECTED = {**NETWORK_2014}
