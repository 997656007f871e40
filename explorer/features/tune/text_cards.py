"""What learns from texts, as cards: adapters, experts, two stages, titles."""

from explorer.base.method import MethodCard

ADAPTERS = MethodCard(
    name="adapters",
    label="Low-rank adapters in MiniLM",
    formula="W + (α / r) B A in query and value of the last layers; B is 0 at first",
    source="Hu et al. 2022, LoRA",
    needs=("texts",),
    baseline="untuned",
    trained="by a loss on batches of texts; what lies below the first trained layer is run once",
)
EXPERTS = MethodCard(
    name="experts",
    label="Domain experts",
    formula="the MLP of the last layer once a domain, routed by a column; a mark of the domain at position 0",
    source="Hallee et al. 2024, mixture of experts for sentence similarity; the mark stands where training begins",
    needs=("texts", "pairs", "domain"),
    baseline="adapters",
    trained="by MNR-plus on pairs of one domain a batch; experts begin as copies of the MLP",
)
TITLES = MethodCard(
    name="titles",
    label="Titles and attributes",
    formula="−log softmax of 20 cos(title, other title of its entry) over the batch, duplicates masked",
    source="after VacancySBERT (Bocharova et al. 2023; no public code)",
    needs=("texts", "entry"),
    baseline="untuned",
    trained="half of the titles are asked with their attributes; R@1 of watched titles says when to stop",
)
ONE_STAGE = MethodCard(
    name="questions",
    label="Do two questions ask the same",
    formula="W₁ relu(W₀ [√d ∣a − b∣, d a b] + b₀) + b₁ as log odds",
    needs=("texts", "pairs with labels"),
    baseline="untuned",
    trained="by cross-entropy on pairs; other first questions say when to stop",
)
TWO_STAGES = MethodCard(
    name="two-stages",
    label="Two stages: answers first, then pairs",
    formula="as questions, begun by: is this the answer to that question, against answers of near questions",
    source="after McCreery et al. 2020, double fine-tuning (data public, no code)",
    needs=("texts", "pairs with labels", "answers"),
    baseline="questions",
    trained="as questions, after the same network has learned from questions and answers",
)
CARDS = (ADAPTERS, EXPERTS, TITLES, ONE_STAGE, TWO_STAGES)
