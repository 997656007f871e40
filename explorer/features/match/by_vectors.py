"""The matcher of things by the vectors that a model made of them: pictures of two collections, or of one."""

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.match.blocking import vector_pairs
from explorer.features.match.method import Candidates, Compared, MatchMethod, Option, Reasons, Task, candidates
from explorer.features.match.side import Side, known_rows
from explorer.index.contract import score_pairs

ROUTE = "vectors"
KEEP = Option(name="keep", label="Candidates for each", default=10.0, least=1, most=200, help="The nearest.")


def propose(task: Task, progress: Progress) -> Candidates:
    """The nearest right things of each left one by cosine; InputError where the sides have vectors of two models."""
    left, right = _vectors(task.left), _vectors(task.right)
    if task.left.encoder != task.right.encoder:
        raise InputError(
            f"{task.left.name} has vectors of {task.left.encoder}, {task.right.name} of {task.right.encoder}: expected "
            "those of one model. Choose a model that both have."
        )
    first, second, cosines = vector_pairs(left, right, int(task.options["keep"]), same=task.same, progress=progress)
    known = _there(left, first) & _there(right, second)
    return candidates(first[known], second[known], cosines[known], routes=(ROUTE,))


def explain(task: Task, left: int, right: int) -> Reasons:
    """The cosine of the two."""
    vectors = _vectors(task.left), _vectors(task.right)
    score = score_pairs(*vectors, np.array([left]), np.array([right]))[0]
    return Reasons(fields=(Compared(name=f"Vectors of {task.left.encoder}", score=float(score), least=-1),))


def _there(vectors: Floats, rows: Rows) -> Mask:
    """(p,) whether the things of some rows have a vector: what could not be read has no direction."""
    there: Mask = np.any(vectors[rows] != 0, axis=1)
    return there


def _vectors(side: Side) -> Floats:
    if side.vectors is None:
        raise InputError(f"{side.name}: expected a collection with vectors of a model, it has none.")
    return known_rows(side.vectors)


VECTORS = MatchMethod(
    name="vectors",
    label="Pictures or texts by their vectors",
    formula="cos of the vectors that the model made of the items",
    needs=("vectors",),
    kind="records",
    propose=propose,
    explain=explain,
    options=(KEEP,),
)
