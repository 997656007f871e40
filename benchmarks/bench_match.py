"""Names matched: 20,000 with 20,000 through a directory, and the candidates among 100,000 with 100,000.

python benchmarks/bench_match.py [--names 100000] [--linked 20000] [--sample 200]

Names are made of common words, made-up words and forms such as “ltd”; on the other side they have another form, up to
two typos, and another order of rows. For half of them a directory holds the name, a misspelt one and another name. All
in seconds of one processor, so that what else the computer does does not count. Beside the candidates stands
rapidfuzz.process.cdist, which compares all pairs: `--sample` names of one list with the whole other one, its time for
all reckoned from that. recall: share of names whose right counterpart is among the candidates; best_kept: of the
sampled names, how often the pair that cdist scores best is among them.
"""

import argparse
import csv
import json
import platform
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng
from threadpoolctl import threadpool_limits

from explorer.base.progress import Silent
from explorer.features.match.blocking import LONG, gram_pairs
from explorer.features.match.service import make_task, match
from explorer.features.match.sides import side_of_strings

RESULT = Path(__file__).parent / "results" / "match.json"
MUST_SECONDS, MUST_GIGABYTES, MUST_RECALL = 60.0, 1.0, 0.85
SYLLABLES = [consonant + vowel for consonant in "bcdfgjklmnprstvw" for vowel in "aeiou"]
FIRST = [
    "north",
    "south",
    "east",
    "west",
    "river",
    "hill",
    "stone",
    "oak",
    "iron",
    "silver",
    "royal",
    "first",
    "united",
    "general",
    "national",
    "lake",
    "forest",
]
TRADE = [
    "energy",
    "foods",
    "motors",
    "systems",
    "software",
    "bank",
    "insurance",
    "steel",
    "textiles",
    "airlines",
    "shipping",
    "paper",
    "glass",
    "gas",
]
FORM = ["inc", "ltd", "llc", "corp", "corporation", "company", "group", "gmbh", "plc", "limited"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def made_names(count: int, rng: Generator) -> list[str]:
    """So many different names, in any order."""
    names: set[str] = set()
    while len(names) < count:
        own = "".join(rng.choice(SYLLABLES, int(rng.integers(2, 5))))
        words = [own, *rng.choice(FIRST, int(rng.random() < 0.5)), *rng.choice(TRADE, int(rng.integers(1, 3)))]
        names.add(" ".join([*words, str(rng.choice(FORM))]))
    ordered = sorted(names)
    return [ordered[place] for place in rng.permutation(count).tolist()]


def misspelt(name: str, typos: int, rng: Generator) -> str:
    """With so many letters changed, left out, put in, or swapped with the next."""
    letters = list(name)
    for _ in range(typos):
        at, letter = int(rng.integers(len(letters) - 1)), LETTERS[int(rng.integers(26))]
        kind = int(rng.integers(4))
        if kind == 3:
            letters[at : at + 2] = letters[at : at + 2][::-1]
        else:
            letters[at : at + (kind != 2)] = [[letter], [], [letter]][kind]
    return "".join(letters)


def other_form(name: str, rng: Generator) -> str:
    """With another form behind it, or none."""
    return " ".join([*name.split()[:-1], *rng.choice(FORM, int(rng.random() < 0.7))])


def made_lists(count: int, rng: Generator) -> tuple[list[str], list[str], np.ndarray]:
    """Names, the same names written otherwise in another order, and where each stands there."""
    left = made_names(count, rng)
    written = [other_form(name, rng) if rng.random() < 0.5 else name for name in left]
    other = [misspelt(name, int(rng.integers(3)), rng) for name in written]
    order = rng.permutation(count)
    return left, [other[place] for place in order.tolist()], np.argsort(order)


def made_directory(names: list[str], path: Path, rng: Generator) -> int:
    """A file of three names for every second thing; how many rows it has."""
    rows = []
    for number in range(0, len(names), 2):
        another = "".join(rng.choice(SYLLABLES, 4)) + " trading"
        rows += [(one, number) for one in (names[number], misspelt(names[number], 1, rng), another)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("alias", "id"), *rows])
    return len(rows)


def gigabytes() -> float:
    """The most memory that this process has taken so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if platform.system() == "Linux" else 2**30)


def linked(count: int, rng: Generator) -> dict[str, Any]:
    """Two lists matched by their letters and through a directory."""
    left, right, truth = made_lists(count, rng)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "directory.csv"
        aliases = made_directory(left, file, rng)
        sides = side_of_strings(left, "left"), side_of_strings(right, "right")
        task = make_task(*sides, "directory", options={"file": str(file)}, model="")
        start, wall = time.process_time(), time.perf_counter()
        pairs = match(task, "directory", Silent()).pairs
        seconds, elapsed = time.process_time() - start, time.perf_counter() - wall
    best = np.unique(pairs.left, return_index=True)[1]
    return {
        "names": count,
        "aliases": aliases,
        "pairs": len(pairs),
        "first_right": round(float((pairs.right[best] == truth[pairs.left[best]]).sum()) / count, 3),
        "processor_seconds": round(seconds, 1),
        "wall_seconds": round(elapsed, 1),
        "gigabytes": round(gigabytes(), 2),
    }


def blocked(count: int, sample: int, rng: Generator) -> dict[str, Any]:
    """Candidates of two lists, beside all pairs of a sample."""
    left, right, truth = made_lists(count, rng)
    start = time.process_time()
    first, second = gram_pairs(left, right, LONG)
    seconds, memory = time.process_time() - start, gigabytes()
    keys = first * count + second
    rows = rng.choice(count, min(sample, count), replace=False)
    start = time.process_time()
    best = best_of_all_pairs([left[row] for row in rows.tolist()], right)
    every = (time.process_time() - start) * count / len(rows)
    return {
        "names": count,
        "pairs": len(keys),
        "share_of_all_pairs": round(len(keys) / count**2, 6),
        "recall": round(float(np.isin(np.arange(count) * count + truth, keys).mean()), 3),
        "processor_seconds": round(seconds, 1),
        "gigabytes": round(memory, 2),
        "cdist": {
            "sampled_names": len(rows),
            "processor_seconds_for_all": round(every),
            "best_kept": round(float(np.isin(rows * count + best, keys).mean()), 3),
            "right": round(float((best == truth[rows]).mean()), 3),
        },
    }


def best_of_all_pairs(some: list[str], right: list[str]) -> np.ndarray:
    """Where the best counterpart of each name stands by the normalised edit distance with swaps, all compared."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    found = [cdist([name], right, scorer=OSA.normalized_similarity, workers=1)[0].argmax() for name in some]
    return np.array(found, np.int64)


def main() -> int:
    """Measure, print, keep the numbers; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--linked", type=int, default=20_000)
    parser.add_argument("--sample", type=int, default=200)
    given = parser.parse_args()
    with threadpool_limits(1):
        through = linked(given.linked, default_rng(0))
        among = blocked(given.names, given.sample, default_rng(1))
    reached = (
        through["processor_seconds"] <= MUST_SECONDS
        and through["gigabytes"] <= MUST_GIGABYTES
        and among["recall"] >= MUST_RECALL
    )
    must = {"seconds": MUST_SECONDS, "gigabytes": MUST_GIGABYTES, "recall": MUST_RECALL, "reached": reached}
    result = {"through_a_directory": through, "candidates": among, "must": must}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
