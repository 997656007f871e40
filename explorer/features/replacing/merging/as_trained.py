"""The baseline: weights are mixed as they were trained."""

from explorer.features.replacing.merging.method import TRAINED, MergeMethod

AS_TRAINED = MergeMethod(
    name="as-trained",
    label="as trained",
    formula="(1 − λ) A + λ B",
    needs=("labels",),
    trained=TRAINED,
    ready=lambda a, b, rng: b,
)
