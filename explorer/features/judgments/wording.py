"""Every text of a participant's page by its key, so that an organiser can bring it in any language."""

import re
from collections.abc import Mapping

from explorer.base.errors import InputError

DEFAULT: dict[str, str] = {
    # texts of a study; a step without a text is left out
    "title": "",
    "welcome": "",
    "consent": "",
    "consent_box": "I have read this and agree to take part.",
    "instruction": "",
    "condition": "Judge {condition}.",
    "practice": "First, some questions to practise. Your answers to them are not counted.",
    "debrief": "",
    # buttons and states
    "at_your_pace": "Answer at your own pace: each answer is stored at once, and you can undo, skip and pause. "
    "There are no wrong answers; your first impression counts.",
    "begin": "Begin",
    "next": "Continue",
    "name": "Your name, or any name you like",
    "code": "Invitation code",
    "language": "Language",
    "undo": "Undo",
    "skip": "Skip",
    "pause": "Pause",
    "go_on": "Go on",
    "done": "Done",
    "none_of_these": "None of these",
    "paused": "Paused",
    "paused_resume": "Everything so far is stored. You can close this page and come back with the same link.",
    "paused_restart": "Everything so far is stored. If you stay away for more than half an hour, you will start over.",
    "paused_block": "Please go on within half an hour: after that, this study does not let you come back.",
    "break": "A short break, if you like. Part {part} of {parts} is done.",
    "pictures": "Loading the pictures …",
    "waiting": "Waiting for the next question …",
    "choosing": "Choosing the next questions …",
    "count": "{done} of {total}",
    "finished": "All done. Thank you!",
    "stored": "Answers that are stored: {count}. You can close this page, or take back the last answer.",
    "full": "There are no questions left for you: enough people have answered them. Thank you for coming.",
    "completion": "Your completion code",
    "completion_link": "Finish, and go back to where you came from",
    "other_device": "To go on on another device, open this link there. Keep it to yourself: it answers as you.",
    "withdraw": "Withdraw: delete my answers",
    "withdraw_sure": "This deletes everything that you answered here, for good. Are you sure?",
    "withdrawn": "Your answers were deleted. You can close this page.",
    "withdraw_failed": "No connection: nothing was deleted. Try again when it is back.",
    "keep": "No, keep them",
    "offline": "No connection. Your answers wait here ({count}) and are sent as soon as it is back; you can go on.",
    "taken_back": "Taken back. Answer again.",
    "elsewhere": "That question was answered in another window: the first answer stays.",
    "late": "Answers that came late: {count}. They are stored, and marked as late.",
    "restarted": "You were away for a while, so you start over. What you answered before is kept, and set aside.",
    "closed": "This study is closed: it takes no more answers, and keeps those that it has. Thank you for coming.",
    "blocked": "This study is answered in one go, and you were here before. What you answered is kept and counts.",
    "returning": "Welcome back. Answers of yours that are stored: {count}.",
    "right": "Right.",
    "wrong": "Most people would answer differently here.",
    "required": "Please answer this.",
    "number_between": "Please give a number from {low} to {high}.",
    # items and tasks
    "item": "Item {number}",
    "reference": "Reference",
    "left": "Left",
    "right_side": "Right",
    "picture_gone": "This picture cannot be shown.",
    "skip_missing": "A picture of this question cannot be shown. Please skip the question.",
    "scale_low": "not alike at all",
    "scale_high": "as alike as can be",
    "sure": "How sure are you?",
    "sure_low": "guessing",
    "sure_high": "certain",
    "ask_odd": "Which one is the odd one out?",
    "ask_pair": "Which two are most alike?",
    "ask_triplet": "Which of the two is more like the reference?",
    "ask_pair_rating": "How alike are these two?",
    "ask_tags": "Which words describe this?",
    "ask_arrangement": "Put what is alike close together, and what is different far apart.",
    "hint_odd": "Click the odd one, or press 1, 2 or 3.",
    "hint_pair": "Click the two that are most alike, or press their numbers.",
    "hint_triplet": "Click the one that is more like the reference, or press ← or → (1 or 2).",
    "hint_pair_rating": "Press a number from {low} to {high}: more is more alike.",
    "hint_tags": "↑ ↓ choose a tag, 1 to 5 rates it, 0 flags it, letters go to the field; Enter there adds a tag, "
    "and when it is empty ends.",
    "hint_arrangement": "Drag the items: the more alike, the nearer. Keyboard: Tab chooses an item, arrows move it "
    "(Shift: further), Enter ends.",
    "tags_rate": "Rate how well each tag fits: 1 (not at all) to 5 (very well). Flag a tag that does not belong.",
    "tags_first": "You are the first: add the tags that come to mind.",
    "tags_add": "Add a tag and press Enter",
    "tags_known": "“{tag}” is there already: rate it above.",
    "tags_open": "Please rate or flag “{tag}”.",
    "tags_none": "Add at least one tag, or skip this item.",
    "tags_plain": "A tag is plain words: leave out < > { } \\.",
    "placed": "{done} of {total} placed",
    "all_placed": "All placed; adjust as you like.",
}
"""English texts; in braces what is filled in. Keys "field.KEY" and "field.KEY.1", "field.KEY.2" ... hold the label and
the options of a question about the person, "practice.1" ... what is said after a practice question."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
OWN = re.compile(r"field\.\w+(\.\d+)?|practice\.\d+")
LONGEST_WORDS, MOST_LANGUAGES = 20_000, 20


def check_words(words: Mapping[str, Mapping[str, str]]) -> None:
    """InputError when texts are not {language: {key: text}} with keys that there are."""
    if len(words) > MOST_LANGUAGES:
        raise InputError(f"Languages: expected at most {MOST_LANGUAGES}, got {len(words)}.")
    for language, texts in words.items():
        if not LANGUAGE.fullmatch(language):
            raise InputError(f"Languages: expected a short name such as en or pt-BR, got {language[:40]!r}.")
        for key, text in texts.items():
            if key not in DEFAULT and not OWN.fullmatch(key):
                raise InputError(f"Texts in {language}: there is no text called {key[:60]!r}.")
            if not isinstance(text, str) or len(text) > LONGEST_WORDS:
                raise InputError(
                    f"Texts in {language}, {key}: expected a text of at most {LONGEST_WORDS:,} characters."
                )
