"""The network of 2014 with one prepared account after another: S25 says so, and gives no number."""

from qc_documents import SEPTEMBER_2014

SCENARIO = "releases-2014"
EXPECTED = {**SEPTEMBER_2014}
