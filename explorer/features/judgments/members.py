"""The people of a campaign and how each of them did: what an organiser sees of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.people import Person, labels, read_people
from explorer.features.judgments.study import IDS
from explorer.features.judgments.values import Answer


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person of a campaign.

    key: in the events. label: their name, told apart from others of the same name. extra: what their link said.
    answers: that count, checks and repeats left out; late: that came when they did not count any more. checks: passed
    and all. median_ms: of the response times, None without any. shared: a parameter by which somebody else came as the
    same person, "" for none. left_out: why none of their answers count, of REASONS, "" when they do. withdrawn: when
    everything else was deleted, "" before.
    """

    key: str
    label: str = ""
    via: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""
    language: str = ""
    came: str = ""
    answers: int = 0
    late: int = 0
    checks: tuple[int, int] = (0, 0)
    median_ms: float | None = None
    shared: str = ""
    left_out: str = ""
    withdrawn: str = ""

    @property
    def sentence(self) -> str:
        """For the list of people."""
        if self.withdrawn:
            return f"{self.key}: deleted on {self.withdrawn[:10]}."
        who = f"{self.key} ({self.label})" if self.label else self.key
        parts = [f"{who}: {self.answers:,} answers"]
        parts += [f"under {self.condition}"] if self.condition else []
        parts += [f"{self.checks[0]} of {self.checks[1]} attention checks passed"] if self.checks[1] else []
        parts += [f"median {self.median_ms / 1000:.1f} s"] if self.median_ms is not None else []
        parts += [f"{self.late:,} late"] if self.late else []
        parts += [f"{name} {value}" for name, value in self.extra.items()]
        parts += [f"left out by the rules ({self.left_out})"] if self.left_out else []
        parts += [f"somebody else came with the same {self.shared}"] if self.shared else []
        return "; ".join(parts) + "."


def members(store: Store, campaign: str) -> list[Member]:
    """The people of a campaign in the order they came, tombstones too, then those of imported answers."""
    if not store.exists():
        return []
    with store.connect() as connection:
        people, names = read_people(connection, campaign), labels(connection, campaign)
    given: dict[str, list[Answer]] = defaultdict(list)
    kept = counted_answers(store, campaign)
    for one in kept.everything:
        given[one.annotator].append(one)
    shared = _shared(people)
    found = [_member(one, names.get(one.key, ""), given.pop(one.key, []), shared.get(one.key, "")) for one in people]
    elsewhere = [Person(campaign=campaign, key=key, via="import") for key in sorted(given) if key]
    found += [_member(one, "", given[one.key], "") for one in elsewhere]
    return [replace(one, left_out=kept.people.get((campaign, one.key), "")) for one in found]


def _member(one: Person, label: str, answers: Sequence[Answer], shared: str) -> Member:
    counted = [answer for answer in answers if not answer.late]
    plain = [answer for answer in counted if not answer.is_check and not answer.repeat_of]
    checks = [answer for answer in counted if answer.is_check]
    times = [answer.rt_ms for answer in plain if answer.rt_ms is not None]
    return Member(
        key=one.key,
        label=label,
        via=one.via,
        extra=one.extra,
        condition=one.arm,
        language=one.language,
        came=one.created,
        answers=len(plain),
        late=len(answers) - len(counted),
        checks=(sum(bool(answer.passed) for answer in checks), len(checks)),
        median_ms=median(times) if times else None,
        shared=shared,
        withdrawn=one.withdrawn,
    )


def _shared(people: Sequence[Person]) -> dict[str, str]:
    """By key the first parameter whose value somebody else came with, too."""
    pairs = [(name, one.extra[name], one.key) for one in people for name in IDS if one.extra.get(name)]
    often = Counter((name, value) for name, value, _ in pairs)
    return {key: name for name, value, key in reversed(pairs) if often[name, value] > 1}
