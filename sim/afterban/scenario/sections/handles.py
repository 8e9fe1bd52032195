"""Names of new accounts, and of ordinary ones."""

from __future__ import annotations

from pydantic import model_validator

from afterban.errors import listed
from afterban.language.fields import Section, param
from afterban.language.kinds import Count, Probability, Rate, Share


class LinkEdits(Section):
    """How far a near-identical handle is from the last one: shares of links, 1 together."""

    one: Share = param(
        0.4,
        "share of near-identical links that are one edit apart",
        kind="derived",
        source="L42",
    )
    two: Share = param(0.6, "share of them that are two edits apart", kind="derived", source="L42")

    @model_validator(mode="after")
    def _make_a_whole(self) -> LinkEdits:
        _make_one(self, ("one", "two"))
        return self


class LinkKinds(Section):
    """What changes in a near-identical handle: shares of links, 1 together."""

    digit: Share = param(
        0.3,
        "share of near-identical links that change digits only",
        kind="derived",
        source="L42",
    )
    doubled: Share = param(
        0.35,
        "share of them in which a letter is doubled, or no longer (that seven of ten links are "
        "this or a separator is reported; that they are split evenly is assumed)",
    )
    separator: Share = param(
        0.35, "share of them in which a separator is put in or taken out (as `doubled`)"
    )
    swap: Share = param(
        0.0,
        "share of them in which neighbouring letters change places",
        kind="derived",
        source="L42",
    )

    @model_validator(mode="after")
    def _make_a_whole(self) -> LinkKinds:
        _make_one(self, ("digit", "doubled", "separator", "swap"))
        return self


def _make_one(section: Section, names: tuple[str, ...]) -> None:
    total = sum(getattr(section, name) for name in names)
    if abs(total - 1.0) > 1e-9:
        raise ValueError(
            f"{listed(names)} are {total:.10g} together; they are shares of all near-identical "
            "links, so change them together so that they add up to 1"
        )


class Handles(Section):
    """How a returning operator names its new account."""

    near_identical: Probability = param(
        0.6,
        "probability that the new handle is a near-identical one",
        kind="derived",
        source="L42",
    )
    edits: LinkEdits = param(LinkEdits, "how far near-identical handles are apart")
    kinds: LinkKinds = param(LinkKinds, "what changes in a near-identical handle")


class OrdinaryHandles(Section):
    """New accounts of ordinary users, whose handles are compared too: some look alike."""

    signups: Rate = param(
        ..., "new accounts of ordinary users whose handles are compared", unit="per day"
    )
    namesakes: Share = param(
        0.002, "share of them that have the base name of an operator, with digits or a separator"
    )
    topic_names: Share = param(
        0.02, "share of them whose handle begins as an operator's does, with a word in common"
    )
    sample: Count = param(
        10_000, "handles drawn in each replication to count look-alikes", unit="handles"
    )

    @model_validator(mode="after")
    def _shares_fit(self) -> OrdinaryHandles:
        if self.namesakes + self.topic_names > 1 + 1e-12:
            raise ValueError(
                "namesakes and topic_names are more than all ordinary users; "
                "together they are at most 1"
            )
        if self.sample == 0:
            raise ValueError("no look-alike can be counted in this sample; write 1 or more")
        if self.sample >= 2**32:
            raise ValueError(
                "this sample is too large; there are at most 2^32 - 1 handles, each with a draw of "
                "its own"
            )
        return self
