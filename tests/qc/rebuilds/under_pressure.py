"""The network of June 2014 in 2015 and 2016, a year measured after a burn-in."""

from qc_documents import NETWORK_2014

SCENARIO = "under-pressure"
EXPECTED = {
    **NETWORK_2014,
    # L22 "mid-2015 to Jan 2016": the first day of the second half of 2015.
    "metrics.start": ("2015-07-01", "L22"),
}
