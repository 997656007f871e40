"""What a campaign asks, in words: for its card, and for the command that shows it."""

from explorer.features.judgments.asking.page_data import instruction_of
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.settings import IMPORTED, Settings
from explorer.features.judgments.study import Study
from explorer.features.judgments.values import TITLES
from explorer.io.text import counted

COMING_BACK = {
    "resume": "goes on where they were",
    "restart": "starts over; earlier answers are set aside",
    "block": "is turned away",
}
SEEN = {"both": "image and text", "images": "image only", "texts": "text only"}
ORDER = {"random": "another for each person", "listed": "as they are listed"}


def settings_in_words(settings: Settings, items: int) -> list[tuple[str, str]]:
    """(what, its value in words) of all that was set, for a person; items: how many it asks about."""
    if settings.sampler == IMPORTED:
        return [("Task", TITLES[settings.task]), ("Condition", settings.condition or "none"), ("From", settings.source)]
    lines = [*_what(settings, items), *_whom(settings), *_how_much(settings), *_study(settings.study)]
    return [(what, said) for what, said in lines if said]


def _what(settings: Settings, items: int) -> list[tuple[str, str]]:
    low, high = settings.scale
    several = "; ".join(settings.conditions)
    return [
        ("Task", TITLES[settings.task]),
        ("Question", instruction_of(settings)),
        ("Scale", f"{low:g} to {high:g}" if settings.task == "pair_rating" else ""),
        ("Items in an arrangement", f"{settings.size}" if settings.task == "arrangement" else ""),
        ("Conditions", f"each person one of: {several}" if several else settings.condition or "none"),
        ("Items", f"{items:,}"),
        ("People see", SEEN[settings.show]),
    ]


def _whom(settings: Settings) -> list[tuple[str, str]]:
    study = settings.study
    hours = f" for {settings.max_age_hours:g} hours, then starts over" if settings.max_age_hours else ""
    fields = ", ".join(one.label for one in study.fields)
    return [
        ("Links", "one for each person" if settings.personal else "one for all"),
        ("Invitation code", settings.code or "none"),
        ("Name", "asked for" if study.ask_name and not settings.personal else "not asked for"),
        ("Who comes back after half an hour", COMING_BACK[settings.resume] + hours),
        ("Asked about the person", fields),
        ("At the end", study.completion),
        ("Kept from the link", ", ".join(study.parameters)),
    ]


def _how_much(settings: Settings) -> list[tuple[str, str]]:
    method = ASKING[settings.sampler]
    models = f": {', '.join(settings.models)}" if settings.models else ""
    extras = [
        name for name, on in (("confidence", settings.confidence), ("none of these", settings.none_of_these)) if on
    ]
    return [
        ("Which questions", method.label + models),
        ("Different questions", f"{settings.questions:,}" if "list" not in method.needs else "those of the list"),
        ("Answers a question", f"{settings.answers_per_question:,}"),
        ("Most questions a person", f"{settings.per_person:,}" if settings.per_person else "no limit"),
        ("Attention checks", f"{settings.check_share:.0%}"),
        ("Repeated", f"{settings.repeat_share:.0%}"),
        ("Order", ORDER[settings.order]),
        ("Break after", counted(settings.block, "question") if settings.block else "no breaks"),
        ("Enough evidence", f"{settings.evidence:g}" if method.follow else ""),
        ("Also asked", ", ".join(extras)),
        ("Seed", f"{settings.seed}"),
    ]


def _study(study: Study) -> list[tuple[str, str]]:
    first = study.languages[0]
    texts = [key for key in ("title", "welcome", "consent", "instruction", "debrief") if study.text(key, first)]
    return [
        ("Languages", ", ".join(study.languages)),
        ("Texts of your own", ", ".join(texts)),
        ("Practice", counted(len(study.practice), "question") if study.practice else ""),
        ("Gold questions", counted(len(study.gold), "question") if study.gold else ""),
    ]
