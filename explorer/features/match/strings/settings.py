"""What people may set of every matcher of names."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.features.match.blocking import LONG
from explorer.features.match.method import Option, Value
from explorer.features.match.strings.normalise import Normal

GRAMS, ALL = "letters", "all"
LOWER = Option(name="lower", label="Letters in small", default=True, help="“ACME” and “Acme” are the same.")
SPACES = Option(name="spaces", label="Squeeze spaces", default=True, help="Several spaces in a row count as one.")
SIGNS = Option(name="punctuation", label="Remove punctuation", default=True, help="“A.B.C.” and “ABC” are the same.")
COMPARED = Option(
    name="compared",
    label="Compared pairs",
    default=GRAMS,
    choices=(GRAMS, ALL),
    help="letters: pairs that share letters in a row. all: every pair, for short lists and very short names.",
)
LETTERS = Option(
    name="letters",
    label="Letters in a row that a pair must share",
    default=3.0,
    least=2,
    most=5,
    help="At least 5 % of those of one name must be in the other. 2 finds more pairs of very short names.",
)
KEEP = Option(
    name="keep",
    label="Candidates a name",
    default=float(LONG.keep),
    least=1,
    most=500,
    help="Of long lists (more than a million pairs), so many of the likeliest are compared for each name.",
)
Q = Option(name="q", label="Letters in a row that are compared", default=2.0, least=1, most=5)
PREFIX = Option(
    name="prefix",
    label="Weight of a common beginning",
    default=0.1,
    least=0,
    most=0.25,
    help="0 is Jaro, which stringdist calls jw.",
)
NORMAL = (LOWER, SPACES, SIGNS)
PAIRS = (COMPARED, LETTERS, KEEP)
Options = Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The values of the options above. every: all pairs are compared."""

    normal: Normal = Normal()
    every: bool = False
    letters: int = 3
    keep: int = LONG.keep
    q: int = 2
    prefix: float = 0.1


def settings_of(options: Options) -> Settings:
    """The values of a task's options; those that a matcher does not have are as usual."""
    usual = Settings()
    return Settings(
        normal=Normal(*(bool(options.get(one.name, True)) for one in NORMAL)),
        every=options.get(COMPARED.name, GRAMS) == ALL,
        letters=int(float(options.get(LETTERS.name, usual.letters))),
        keep=int(float(options.get(KEEP.name, usual.keep))),
        q=int(float(options.get(Q.name, usual.q))),
        prefix=float(options.get(PREFIX.name, usual.prefix)),
    )
