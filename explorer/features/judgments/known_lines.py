"""Questions with known answers as lines of text: "items | answer | what is said after it"."""

from collections.abc import Sequence

from explorer.base.errors import InputError
from explorer.features.judgments.study import KnownQuestion

ANSWERED = {
    "odd_one_out": "the id of the odd one",
    "triplet": "the id of the one that is more like the reference",
    "pair_rating": "a number",
}
"""What the answer in a line is, of the tasks that have one."""


def known_from(text: str, task: str, what: str) -> tuple[KnownQuestion, ...]:
    """The questions of a text, one a line: ids with commas, then the answer and what is said after it, behind |.

    what: such as "Practice questions", for messages. InputError names the line.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return tuple(_question(line, task, f"{what}, line {number}") for number, line in lines)


def known_lines(questions: Sequence[KnownQuestion]) -> str:
    """The text that `known_from` reads."""
    return "\n".join(_line(one) for one in questions)


def _question(line: str, task: str, where: str) -> KnownQuestion:
    ids, answer, explain = (part.strip() for part in (*line.split("|", 2), "", "")[:3])
    items = tuple(part.strip() for part in ids.split(",") if part.strip())
    return KnownQuestion(items=items, answer=_answer(items, answer, task, where), explain=explain)


def _answer(items: Sequence[str], text: str, task: str, where: str) -> str | float | list[str] | None:
    if not text:
        return None
    if task not in ANSWERED:
        raise InputError(f"{where}: {task} has no single right answer. Leave it out.")
    if task == "pair_rating":
        try:
            return float(text)
        except ValueError as error:
            raise InputError(f"{where}: expected a number behind |, got {text[:60]!r}.") from error
    if text not in items:
        raise InputError(f"{where}: expected {ANSWERED[task]} behind |, got {text[:60]!r}.")
    if task == "odd_one_out":
        return text
    return [items[0], text, *(one for one in items[1:] if one != text)]


def _line(one: KnownQuestion) -> str:
    answer = one.answer
    if isinstance(answer, list | tuple):
        answer = answer[1]
    if isinstance(answer, float):
        answer = f"{answer:g}"
    parts = [", ".join(one.items), "" if answer is None else str(answer), " ".join(one.explain.split())]
    while parts and not parts[-1]:
        parts.pop()
    return " | ".join(parts)
