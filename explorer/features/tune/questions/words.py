"""What was found about pairs of questions, in words."""

from explorer.base.metrics import Score
from explorer.features.tune.questions.measure import LABELS, QuestionReport
from explorer.features.tune.questions.stage_one import STAND_IN


def said(report: QuestionReport) -> str:
    """The report in a sentence."""
    by = {one.way: one.accuracy.value for one in report.ways}
    lexical = max(by[way] for way in ("words", "letters", "jaccard"))
    return (
        f"Accuracy {by['one_stage']:.3f} without stage one and {by['two_stages']:.3f} with it (difference "
        f"{span(report.gain, signed=True)}); the best lexical way {lexical:.3f}, the model as it is "
        f"{by['cosine']:.3f}. {report.pairs:,} pairs in five folds by {report.anchors:,} first questions."
    )


def table(report: QuestionReport) -> str:
    """A line for each way, then accuracy by the number of pairs learned from."""
    lines = [f"{'':34}{'accuracy':28}{'triples in order':28}ROC AUC"]
    lines += [f"{r['way']:34}{r['accuracy']:28}{r['triples in order']:28}{r['ROC AUC']}" for r in rows_of(report)]
    lines.append("Accuracy by the number of pairs learned from:")
    lines += [f"  {one.pairs:6,}  {LABELS[one.way]:34}{span(one.accuracy)}" for one in report.curve]
    return "\n".join([*lines, about(report)])


def about(report: QuestionReport) -> str:
    """How the numbers were made."""
    stage = STAND_IN if report.stand_in else "Stage one: question and answer; wrong ones are those of near questions."
    return (
        "All pairs of a first question are in one fold, and what is told of them was learned on the other folds. "
        f"Intervals (95 %) are over first questions. {stage}"
    )


def rows_of(report: QuestionReport) -> list[dict[str, str]]:
    """A row for each way."""
    return [
        {
            "way": LABELS[one.way],
            "accuracy": span(one.accuracy),
            "triples in order": span(one.triples) if one.triples else "",
            "ROC AUC": f"{one.auc:.3f}",
        }
        for one in report.ways
    ]


def span(score: Score, *, signed: bool = False) -> str:
    """A number with its interval."""
    sign = "+" if signed else ""
    words = f"{score.value:{sign}.3f} ({score.low:{sign}.3f} to {score.high:{sign}.3f})"
    return words.replace("-", "−")
