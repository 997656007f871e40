"""What was found about titles, in words."""

from explorer.features.tune.titles.ranking import KS
from explorer.features.tune.titles.service import LABELS, LEARNS, TitleReport, TitleScore

NO_COPIES = (
    "Titles that are written as a known title or the name of an entry need no learning: they are left out of these "
    "numbers and told apart."
)


def said(report: TitleReport) -> str:
    """The report in a sentence."""
    tuned, untuned = (_of(report, way) for way in ("tuned", "untuned"))
    return (
        f"{LEARNS[report.learns]}: R@1 {tuned.recalls[0].value:.3f} on {tuned.recalls[0].items:,} held-out titles, "
        f"untuned {untuned.recalls[0].value:.3f}, letters {_of(report, 'letters').recalls[0].value:.3f}; "
        f"{report.entries:,} entries, {report.known:,} known texts."
    )


def table(report: TitleReport) -> str:
    """A line for each way, with attributes and without."""
    lines = [f"{'':44}" + "".join(f"{f'R@{k}':26}" for k in KS)]
    for row in rows_of(report):
        lines.append(f"{row['way']:44}" + "".join(f"{row[f'R@{k}']:26}" for k in KS))
    told = f"95 % intervals over titles. {NO_COPIES} Copies: {report.copies:,} of {report.tested:,}."
    return "\n".join([*lines, told])


def rows_of(report: TitleReport) -> list[dict[str, str]]:
    """A row for each way: its label, and recalls with their intervals; those of copies behind the others."""
    found = [_row(one, copies=False) for one in report.scores]
    return found + [_row(one, copies=True) for one in report.scores if one.copies and not one.attributes]


def _row(one: TitleScore, *, copies: bool) -> dict[str, str]:
    scores = one.copies if copies and one.copies else one.recalls
    label = LABELS[one.way] + (", with attributes" if one.attributes else "") + (", copies" if copies else "")
    cells = {f"R@{k}": f"{s.value:.3f} ({s.low:.3f} to {s.high:.3f})" for k, s in zip(KS, scores, strict=True)}
    return {"way": label, **cells}


def _of(report: TitleReport, way: str) -> TitleScore:
    return next(one for one in report.scores if one.way == way and not one.attributes)
