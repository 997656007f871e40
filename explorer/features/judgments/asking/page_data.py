"""What a participant's page is told about its campaign: what is asked, in which words, what stands around it."""

from dataclasses import asdict
from typing import Any

from explorer.features.judgments.settings import Campaign, Settings
from explorer.features.judgments.study import Study
from explorer.features.judgments.wording import DEFAULT


def ask_key(settings: Settings) -> str:
    """The key of the text that asks, where the organiser wrote none."""
    if settings.task == "odd_one_out":
        return "ask_pair" if settings.wording == "pair" else "ask_odd"
    return f"ask_{settings.task}"


def instruction_of(settings: Settings, language: str = "") -> str:
    """What a person reads above each question."""
    own = settings.study.text("instruction", language)
    return own or settings.instruction or settings.study.text(ask_key(settings), language)


def words_in(study: Study, language: str) -> dict[str, str]:
    """All texts of a page in a language, those of the study's own parts too."""
    own = {key for texts in study.words.values() for key in texts}
    return {key: study.text(key, language) for key in {*DEFAULT, *own}}


def page_data(campaign: Campaign, language: str) -> dict[str, Any]:
    """What the page needs to know once. Practice questions are left to `annotating`, which knows the items."""
    settings, study = campaign.settings, campaign.settings.study
    spoken = study.spoken(language)
    return {
        "campaign": campaign.name,
        "made": campaign.created,
        "task": settings.task,
        "wording": settings.wording,
        "scale": [int(settings.scale[0]), int(settings.scale[1])],
        "resume": settings.resume,
        "block": settings.block,
        "confidence": settings.confidence,
        "none": settings.none_of_these,
        "instruction": instruction_of(settings, spoken),
        "language": spoken,
        "languages": list(study.languages),
        "words": words_in(study, spoken),
        "fields": [asdict(one) for one in study.fields],
    }
