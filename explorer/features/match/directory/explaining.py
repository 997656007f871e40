"""Why a pair was joined: the characters that agree, and the way through the directory."""

from explorer.base.progress import Silent
from explorer.features.match.directory.joining import Joined, Reached, joined, near, reached
from explorer.features.match.directory.matching import (
    Lists,
    Wanted,
    limits_of,
    lists_of,
    wanted_of,
)
from explorer.features.match.directory.reading import Directory
from explorer.features.match.method import Compared, Reasons, Task
from explorer.features.match.strings.agreement import by_grams, placed
from explorer.features.match.strings.explaining import looked_at, names_field
from explorer.features.match.strings.normalise import normalised
from explorer.features.match.strings.settings import Settings, settings_of

Ways = tuple[Reached, Reached]


def explain(task: Task, left: int, right: int) -> Reasons:
    """Both names with the characters that agree, and where a meaning joins them, the names on the way to it."""
    settings, wanted, lists = settings_of(task.options), wanted_of(task.options), lists_of(task)
    limits = limits_of(lists, wanted, settings)
    score, strengths, note = looked_at(wanted.measure, task, settings, (left, right))
    names = names_field(task, (left, right), settings.normal, score, strengths)
    too_far = f"By letters they are {1 - score:.3f} apart, farther than {limits.names:.3f}: not linked by letters."
    by_letters = note if 1 - score <= limits.names else too_far
    compared = lists.left.names[lists.left.place[left]], lists.right.names[lists.right.place[right]]
    ways = (
        _ways(compared[0], lists, limits.left, wanted, settings),
        _ways(compared[1], lists, limits.right, wanted, settings),
    )
    through = joined(*ways, factor=wanted.factor)
    if not len(through.first):
        return Reasons(fields=(names,), notes=(by_letters, "No meaning in the directory joins them."))
    apart = f"Through the directory they are {through.distances[0]:.3f} apart, {wanted.factor:g} times the longer way."
    steps, path = _shown((task.left.texts[left], task.right.texts[right]), lists.directory, ways, through, settings)
    return Reasons(fields=(names, *steps), path=path, notes=(by_letters, apart))


def _ways(name: str, lists: Lists, limit: float, wanted: Wanted, settings: Settings) -> Reached:
    """The meanings that one name reaches."""
    found = near([name], lists.directory.names, wanted.measure, settings, progress=Silent())
    return reached(found, limit, lists.directory)


def _shown(
    texts: tuple[str, str], directory: Directory, ways: Ways, through: Joined, settings: Settings
) -> tuple[tuple[Compared, ...], tuple[str, ...]]:
    """The two ways into the directory side by side, and all that lies on the way from left to right."""
    group = int(through.groups[0])
    steps, aliases = [], []
    for way, text, side in zip(ways, texts, ("Left", "Right"), strict=True):
        place = way.groups.tolist().index(group)
        alias = int(way.aliases[place])
        aliases.append(directory.written[alias])
        steps.append(_step(side, text, aliases[-1], float(way.distances[place]), settings))
    return tuple(steps), (texts[0], aliases[0], directory.meanings[group], aliases[1], texts[1])


def _step(side: str, text: str, alias: str, distance: float, settings: Settings) -> Compared:
    """A name beside the name of the directory that it is nearest to."""
    compared = normalised([text, alias], settings.normal)
    strengths = by_grams(compared[0], compared[1], settings.q)
    return Compared(
        name=f"{side}, into the directory",
        left=text,
        right=alias,
        score=1 - distance,
        left_spans=placed(text, settings.normal, strengths[0]),
        right_spans=placed(alias, settings.normal, strengths[1]),
    )
