"""The matcher of names through a directory."""

from explorer.features.match.directory.clusters import INFLATION
from explorer.features.match.directory.explaining import explain
from explorer.features.match.directory.joining import FACTOR
from explorer.features.match.directory.matching import ABOUT, ABOUT_DIRECTORY, propose
from explorer.features.match.directory.reading import AS_GIVEN, GROUPINGS
from explorer.features.match.method import MatchMethod, Option
from explorer.features.match.strings.settings import KEEP, LETTERS, NORMAL, PREFIX, Q

OPTIONS = (
    Option(
        name="file",
        label="Directory",
        default="",
        help="A table of names and what each stands for, or of two names of the same thing.",
        file=True,
    ),
    Option(name="alias", label="Its column of names", default="", help="The likeliest where left out."),
    Option(name="meaning", label="Its column of what they stand for", default="", help="An id, or a second name."),
    Option(name="pairs", label="Both columns are names of the same thing", default=False),
    Option(
        name="groups",
        label="Names that stand for the same",
        default=AS_GIVEN,
        choices=GROUPINGS,
        help="ids: as the file says. markov, louvain: names that share ids, or are paired, closely.",
    ),
    Option(name="weight", label="Its column of how often each row was seen", default=""),
    Option(
        name="inflation",
        label="Sharpness of Markov clustering",
        default=INFLATION,
        least=1.1,
        most=10,
        help="Higher makes smaller groups.",
    ),
    Option(
        name="measure",
        label="Names are compared by",
        default="jaccard",
        choices=("jaccard", "jaro_winkler", "osa", "token_set", "tfidf", "cosine"),
    ),
    Option(
        name="about",
        label="About so many matches a name, by letters",
        default=ABOUT,
        least=0.01,
        most=1000,
        help="Counted among pairs that share letters, as LinkOrgs does: 10 often gives about one.",
    ),
    Option(
        name="about_directory",
        label="About so many matches a name, into the directory",
        default=ABOUT_DIRECTORY,
        least=0.01,
        most=1000,
    ),
    Option(
        name="farthest", label="Greatest distance by letters", default=0.0, help="0: from the number of matches above."
    ),
    Option(
        name="farthest_directory",
        label="Greatest distance into the directory",
        default=0.0,
        help="0: from the number of matches above.",
    ),
    Option(
        name="factor",
        label="A way through the directory counts so many times",
        default=FACTOR,
        least=0.1,
        most=10,
        help="Of the two names' ways into the directory the longer one.",
    ),
    Q,
    PREFIX,
    *NORMAL,
    LETTERS,
    KEEP,
)
DIRECTORY = MatchMethod(
    name="directory",
    label="Names through a directory (LinkOrgs)",
    formula="1 − min(distance by letters, 1.5 · max(left, right into the directory))",
    source="Jerzak and Libgober 2023, LinkOrgs",
    needs=("texts", "directory"),
    baseline="jaccard",
    kind="texts",
    propose=propose,
    explain=explain,
    options=OPTIONS,
)
