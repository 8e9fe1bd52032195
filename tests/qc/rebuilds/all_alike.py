"""A network that theory can solve; only names are as in the documents."""

from qc_documents import LINKS, NEAR_EDITS, NEAR_IDENTICAL

SCENARIO = "all-alike"
EXPECTED = {
    "audience.recognition.near_edits": NEAR_EDITS,
    "handles.near_identical": NEAR_IDENTICAL,
    **LINKS,
}
