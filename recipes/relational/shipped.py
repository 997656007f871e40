"""What makes the relational head that ships with pocket, and its card."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.relational import KIND
from explorer.features.relational.evaluate import SHIPPED_HEAD, evaluate, format_relations
from explorer.features.relational.scene_material import fit_scenes, material
from explorer.features.relational.scenes import LOOKS, SCENES
from explorer.features.relational.settings import RelationalSettings
from explorer.heads.head import SHIPPED, Head, read_head_folder
from explorer.heads.store import write_head

TEMPLATE = Path(__file__).with_name("card.md")
LIMITS = (
    "It knows the 19 ways in which drawn scenes are arranged (a row that grows, inside, mirrored, ...). On photos it "
    "says how things are laid out as far as drawn scenes taught it; what a photo is about (a joke, a cause, a use) it "
    "does not know, and no number here was measured on photos."
)


def make_shipped(
    encoder: Encoder,
    text: Encoder,
    progress: Progress,
    folder: Path = SHIPPED / SHIPPED_HEAD,
    *,
    scenes: int = SCENES,
    looks: int = LOOKS,
    settings: RelationalSettings | None = None,
) -> dict[str, Any]:
    """Train the head on scenes, measure it, and write it with its card to `folder`. Returns the report."""
    settings = settings or RelationalSettings()
    found = material(encoder, scenes, looks, progress)
    weights, fitted = fit_scenes(found, text, settings, SHIPPED_HEAD, progress)
    head = Head(kind=KIND, encoder=encoder.spec, fingerprint=encoder.fingerprint, weights=weights)
    facts: dict[str, Any] = {
        "data": f"{scenes:,} drawn scenes without any held-out combination, with their exact anonymous captions",
        "settings": asdict(settings) | {"best_step": fitted.best_step, "held_out_score": round(fitted.best_score, 4)},
        "limits": LIMITS,
    }
    write_head(folder, replace(head, card=facts), "")
    report = evaluate(encoder, text, read_head_folder(folder), found, settings=settings, progress=progress)
    facts["numbers"] = report["parts"]
    write_head(folder, replace(head, card=facts), write_card(report, facts))
    return report


def write_card(report: dict[str, Any], facts: dict[str, Any]) -> str:
    """The card as Markdown."""
    settings = facts["settings"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        data=facts["data"],
        limits=facts["limits"],
        encoder=report["encoder"],
        weights=report["weights"],
        patch=settings["patch"],
        hidden=settings["hidden"],
        batch=settings["batch"],
        best=settings["best_step"],
        steps=settings["fit"]["steps"],
        table=format_relations(report),
        groups="; ".join(", ".join(group) for group in report["folds"]),
    )
