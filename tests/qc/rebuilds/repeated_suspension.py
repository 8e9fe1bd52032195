"""The network of June 2014 and a tier that is suspended again and again.

`watch` is a factor on `tiers.*.watched`; with 1 per day there it is the hazard of the documents.
"""

from qc_documents import INSIDER_SHARE, NETWORK_2014, SPARES

SCENARIO = "repeated-suspension"
EXPECTED = {
    **NETWORK_2014,
    # L5 is of all followers; the documents give no other share for those who are hit.
    "tiers.hit.insider_share": INSIDER_SHARE,
    # L29 "two spare accounts ready": one user, suspended and soon back.
    "tiers.hit.spares": SPARES,
    # Table of parameters, March 2015: 5e-3 (3.2e-3 to 6.2e-3), from L14.
    "detection.watch": (5e-3, "L14", 0.36),
}
