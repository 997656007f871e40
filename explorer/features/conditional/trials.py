"""How a method looks at the items of an exam: everything it takes from items comes from the other half. Pure."""

from dataclasses import replace

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.conditional.aspect_values import value_means
from explorer.features.conditional.choice import Exam, Look, Seen
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.meaning import Meaning, make_ask
from explorer.features.conditional.method import Lens, Method
from explorer.heads.head import Head

CLOSE = 1e-3


def look_of(method: Method, exam: Exam, meant: Meaning, condition: Condition, head: Head | None = None) -> Look:
    """The method's way to look at items under "the same in this respect", for `sit`; head: one that it needs."""

    def look(known: Rows, own: Rows, questions: Rows) -> Seen:
        means = value_means(exam.vectors, known, exam.codes, len(meant.words))
        here = replace(meant, prototypes=means, centre=exam.vectors[known].mean(axis=0))

        def lens(row: int) -> Lens:
            return method.lens(make_ask(here, condition, exam.vectors[row], head=head))

        first = lens(questions[0])
        items = exam.vectors[own] if first.transform is None else first.transform(exam.vectors[own])
        if first.transform is not None:
            wanted = first.transform(exam.vectors[questions])
            if np.allclose(wanted[0], first.query, atol=CLOSE):  # the picked item is looked at as all others are
                return items, wanted
        return items, np.stack([lens(row).query for row in questions])

    return look


def plain_look(exam: Exam) -> Look:
    """The items as they are."""
    return lambda _, own, questions: (exam.vectors[own], exam.vectors[questions])
