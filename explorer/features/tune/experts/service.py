"""Domain experts of a workspace: trained and measured, each kept as a model of its own, and a text through each."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from explorer.base.arrays import Floats, check_choice
from explorer.base.permission import require
from explorer.base.progress import Progress
from explorer.encoders.pool import POOL
from explorer.encoders.tuned import ADAPTERS
from explorer.features.tune.adapters.module import AdapterShape
from explorer.features.tune.adapters.train import AdapterSettings, text_base
from explorer.features.tune.experts.learn import LOSSES, Course
from explorer.features.tune.experts.material import DomainPairs, domain_pairs, split_domains
from explorer.features.tune.experts.measure import DomainReport, DomainScore, measure_ways
from explorer.features.tune.experts.thresholds import BestF1
from explorer.features.tune.text_columns import check_free, keep_text_model, texts_in
from explorer.heads.head import Head
from explorer.workspace.answers import answer_path, keep_answer, read_answer
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

PLACE, _FORMAT = "tune/domains", 1


def usual_settings() -> AdapterSettings:
    """The last layer alone, as it is trained in minutes on two cores."""
    return AdapterSettings(shape=AdapterShape(layers=1), most=48, steps=300, every=50, patience=3, batch=32, rate=3e-4)


@dataclass(frozen=True, kw_only=True)
class DomainWish:
    """What is to be learned. first, second: columns with texts that belong together. domain: with the domain of each.

    loss: of `LOSSES`. name: the models are tuned:<name>-<domain>.
    """

    first: str
    second: str
    domain: str
    loss: str = "mnr-plus"
    name: str = "domains"
    settings: AdapterSettings = field(default_factory=usual_settings)


def wish_of(
    first: str, second: str, domain: str, *, loss: str = "mnr-plus", name: str = "domains", steps: int = 0
) -> DomainWish:
    """A wish with the usual settings, but for the steps where they are given."""
    check_choice(loss, LOSSES, "loss")
    usual = usual_settings()
    settings = replace(usual, steps=steps or usual.steps)
    return DomainWish(first=first, second=second, domain=domain, loss=loss, name=name, settings=settings)


def measure_domains(
    pairs: DomainPairs, settings: AdapterSettings, *, loss: str, name: str, model: str, progress: Progress
) -> tuple[DomainReport, dict[str, Head]]:
    """All ways beside each other, and a head for the expert of each domain."""
    base = text_base([*pairs.first, *pairs.second], settings, model=model, progress=progress)
    split = split_domains(pairs, settings.seed)
    course = Course(pairs=pairs, split=split, base=base, settings=settings, loss=loss, name=name, progress=progress)
    scores, experts = measure_ways(course)
    heads = {
        domain: Head(kind=ADAPTERS, encoder=base.spec, fingerprint=base.fingerprint, weights=experts.weights(number))
        for number, domain in enumerate(pairs.names)
    }
    names = {domain: model_name(name, domain) for domain in pairs.names}
    return DomainReport(scores, pairs.names, len(split.train), loss, names), heads


def tune_domains(opened: Opened, wish: DomainWish, model: str, progress: Progress) -> DomainReport:
    """Train on the pairs of a workspace; every expert becomes the model tuned:<name>-<domain>."""
    require("run work")
    pairs = pairs_in(opened, wish)
    for domain in pairs.names:
        check_free(opened, model_name(wish.name, domain))
    report, heads = measure_domains(
        pairs, wish.settings, loss=wish.loss, name=wish.name, model=model, progress=progress
    )
    for domain, head in heads.items():
        said = f"The expert of {domain} among {len(pairs.names)} domains, learned from {report.trained:,} pairs."
        keep_text_model(opened, report.heads[domain], head, {"domain": domain}, said)
    keep_answer(_path(opened, wish), asdict(report))
    return report


def pairs_in(opened: Opened, wish: DomainWish) -> DomainPairs:
    """The pairs of a workspace."""
    return domain_pairs(*(texts_in(opened, name) for name in (wish.first, wish.second, wish.domain)))


def model_name(name: str, domain: str) -> str:
    """Name of a domain's model."""
    return f"{name[:40]}-{slug(domain)}"[:80]


def through_expert(name: str, texts: Sequence[str]) -> Floats:
    """(n, 384) unit rows of texts by the expert `name`."""
    return POOL.text_vectors(f"tuned:{name}", tuple(texts))


def kept_domains(opened: Opened, wish: DomainWish) -> DomainReport | None:
    """What was measured for this wish; None when nothing was."""
    told = read_answer(_path(opened, wish))
    with suppress(KeyError, TypeError):
        if told:
            scores = tuple(_score(one) for one in told["scores"])
            return DomainReport(**{**told, "scores": scores, "domains": tuple(told["domains"])})
    return None


def _score(told: dict[str, Any]) -> DomainScore:
    lists = {name: tuple(told[name]) for name in ("edges", "yes", "no")}
    return DomainScore(**{**told, **lists, "best": BestF1(**told["best"])})


def _path(opened: Opened, wish: DomainWish) -> Path:
    return answer_path(opened, PLACE, (wish.first, wish.second, wish.domain, wish.loss, wish.name, _FORMAT), "")
