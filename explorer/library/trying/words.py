"""What a trial found, in sentences: the same on the page and in the terminal."""

from explorer.library.trying.measures import K
from explorer.library.trying.report import Beside, WhatChanges
from explorer.workspace.job_words import duration

MB = 1e6


def changed_line(found: WhatChanges) -> str:
    """How many neighbours are others."""
    one = found.changed
    return (
        f"Of each item’s {K} nearest among the {found.items:,}, {one.value:.1f} are others "
        f"({one.low:.1f} to {one.high:.1f})."
    )


def verdict(one: Beside) -> str:
    """Whether the difference could be chance."""
    return {1: "better", -1: "worse", 0: "no sure difference"}[one.sure]


def gain_text(one: Beside) -> str:
    """The difference with its interval, such as "+0.12 (+0.08 to +0.16)"."""
    return f"{one.gain.value:+.2f} ({one.gain.low:+.2f} to {one.gain.high:+.2f})"


def cost_line(found: WhatChanges) -> str:
    """What embedding everything takes."""
    return (
        f"All {found.collection:,} items take about {duration(found.seconds)} here ({found.rate:,.1f} a second, "
        f"measured on the sample) and {max(found.bytes / MB, 0.1):,.1f} MB for their vectors."
    )


def lines(found: WhatChanges) -> list[str]:
    """All of it for a terminal."""
    told = [f"{found.new} beside {found.old}, on {found.items:,} of {found.collection:,} items", changed_line(found)]
    for title, scores in (("ten nearest with the same value", found.columns), ("named by words", found.words)):
        for one in scores:
            told.append(
                f"  {one.column}, {title}: {one.old:.2f} → {one.new:.2f}, {gain_text(one)}, {verdict(one)}; "
                f"chance {one.chance:.2f}; {one.gain.items:,} items"
            )
    for query in found.queries:
        told += [f"  “{query.asked}”", f"    before  {', '.join(query.old)}", f"    after   {', '.join(query.new)}"]
    return [*told, cost_line(found)]
