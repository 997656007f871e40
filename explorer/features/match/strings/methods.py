"""The matchers of names by their letters, words and meaning."""

from functools import partial

from explorer.features.match.method import MatchMethod, Option
from explorer.features.match.strings.explaining import explain_by, explain_by_embedding, explain_mix
from explorer.features.match.strings.matching import EMBEDDING, propose_by, propose_by_embedding, propose_mix
from explorer.features.match.strings.settings import KEEP, NORMAL, PAIRS, PREFIX, Q

STRINGDIST = "van der Loo 2014, The stringdist package for approximate string matching"
SHARED = (*NORMAL, *PAIRS)


def _by(
    name: str, label: str, formula: str, source: str, *, baseline: str = "jaccard", own: tuple[Option, ...] = ()
) -> MatchMethod:
    return MatchMethod(
        name=name,
        label=label,
        formula=formula,
        source=source,
        needs=("texts",),
        baseline=baseline,
        kind="texts",
        propose=partial(propose_by, name),
        explain=partial(explain_by, name),
        options=(*own, *SHARED),
    )


STRINGS = (
    _by(
        "tfidf",
        "Rare letters in a row (TF-IDF)",
        "cosine of TF-IDF of 2 and 3 letters",
        "Salton and Buckley 1988",
    ),
    _by(
        "jaccard",
        "Shared letters in a row (Jaccard)",
        "shared ÷ all different groups of 2 letters",
        "",
        baseline="",
        own=(Q,),
    ),
    _by(
        "jaro_winkler",
        "Letters at about the same place (Jaro-Winkler)",
        "(m/a + m/b + (m − t)/m) / 3, more for a common beginning",
        f"Winkler 1990; {STRINGDIST}",
        own=(PREFIX,),
    ),
    _by(
        "osa",
        "Edits with swaps (optimal string alignment)",
        "1 − edits ÷ length of the longer",
        f"Damerau 1964; {STRINGDIST}",
    ),
    _by(
        "token_set",
        "Shared words in any order",
        "likeness of shared words to each name's words",
        "rapidfuzz, token_set_ratio",
    ),
    MatchMethod(
        name="mix",
        label="Mean of all measures of letters and words",
        formula="mean of the five measures above",
        needs=("texts",),
        baseline="jaccard",
        kind="texts",
        propose=propose_mix,
        explain=explain_mix,
        options=(
            Option(name=EMBEDDING, label="Meaning too", default=False, help="The model reads every different name."),
            Q,
            PREFIX,
            *SHARED,
        ),
    ),
    MatchMethod(
        name=EMBEDDING,
        label="Meaning of the names",
        formula="cosine of the model's vectors",
        needs=("texts",),
        baseline="jaccard",
        kind="texts",
        propose=propose_by_embedding,
        explain=explain_by_embedding,
        options=(KEEP,),
    ),
)
