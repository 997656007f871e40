"""The cards of what is done to keep words while pictures are tuned."""

from explorer.base.method import MethodCard

REALIGNED = MethodCard(
    name="re-alignment",
    label="Re-alignment: a matrix for texts, the pictures stay",
    formula="T t, scaled to length 1; T by InfoNCE on a picture and one of its captions, T the identity at first",
    source="MCIP (Visual-Computing/MCIP), second stage",
    needs=("pictures with captions or names of labels",),
    baseline="untuned",
    trained="on frozen vectors; other pictures of the same label are no wrong answers",
)
MCIP = MethodCard(
    name="mcip",
    label="MCIP: labels and several captions a picture; MCArcMargin is a reconstruction",
    formula="ArcFace + mean over own captions of log(1 + Σ e^(s cos θ′) / e^(s cos(θ + m))), θ′: to others’",
    source="MCIP (Visual-Computing/MCIP), which names MCArcMargin and publishes no formula: this one is ours",
    needs=("pictures with labels", "captions or names of labels"),
    baseline="arcface",
    trained="on the side of the pictures, against frozen texts; m 0.2, s 20",
)
CARDS = (REALIGNED, MCIP)
