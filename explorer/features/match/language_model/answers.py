"""What a language model's answer says: its text, and how probable each of some words was as its first. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.base.errors import ModelError

_AROUND = " \t\r\n\"'`*().:,;[]▁Ġ"


@dataclass(frozen=True)
class Answer:
    """text: as it came. first: log probability of each token that might have been its first, {} where none were
    given.
    """

    text: str
    first: Mapping[str, float] = field(default_factory=dict)


def answer_of(body: Mapping[str, Any], host: str) -> Answer:
    """The first choice of a chat completion; ModelError for anything else."""
    try:
        choice = body["choices"][0]
        text = choice["message"]["content"]
        if not isinstance(text, str) or not text.strip():
            raise TypeError("no text")
    except (KeyError, IndexError, TypeError) as error:
        raise ModelError(
            f"The language model at {host} answered without a text (expected choices, message, content). "
            "Is it an endpoint of chat completions?"
        ) from error
    return Answer(text.strip(), _first(choice))


def _first(choice: Mapping[str, Any]) -> dict[str, float]:
    """Alternatives for the first token that has a letter in it."""
    try:
        for place in (choice.get("logprobs") or {}).get("content") or ():
            told = [place, *(place.get("top_logprobs") or ())]
            found = {str(one["token"]): float(one["logprob"]) for one in told}
            if plain(str(place["token"])):
                return {token: value for token, value in found.items() if not math.isnan(value)}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}
    return {}


def plain(token: str) -> str:
    """A token without the signs around it, in small letters."""
    return token.strip(_AROUND).casefold()


def shares(answer: Answer, words: Sequence[str]) -> list[float]:
    """How probable each word is among these, by the first token; 1 for the one that the text begins with and 0 for
    the others where there are no probabilities of any; all 0 where it begins with none of them.
    """
    wanted = [word.casefold() for word in words]
    total = dict.fromkeys(wanted, 0.0)
    for token, value in answer.first.items():
        if plain(token) in total:
            total[plain(token)] += math.exp(min(value, 0.0))
    whole = sum(total.values())
    if whole > 0:
        return [total[word] / whole for word in wanted]
    begins = plain(answer.text.split()[0]) if answer.text.split() else ""
    return [float(word == begins) for word in wanted]
