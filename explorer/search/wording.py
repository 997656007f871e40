"""Words of a query that ask rather than describe, and words as patterns that find them in names."""

import re

QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}
ASKING = re.compile(
    r"(?:please|(?:can|could|would) you|show me|give me|find(?: me)?|(?:search|look|looking|searching) for|"
    r"i (?:want|need|would like|am looking for)|i['’](?:d like|m looking for)|to (?:see|find|have))(?= )",
    re.IGNORECASE,
)
FRAME = re.compile(
    r"(?:(?:an?|the|some|any|all|my|your|several|many) )?(?:photo(?:graph)?|picture|pic|image)s? "
    r"(?:of|with|showing|containing|(?:that|which) shows?)(?= )",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"(?:an?|the|some|any)(?= )", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")
NO_LETTER = r"[^\p{L}\p{N}]"


def unquoted(text: str) -> str | None:
    """What stands between the quotes of a text that is quoted as a whole; None for any other."""
    text = text.strip()
    inner = text[1:-1]
    whole = len(text) > 2 and QUOTES.get(text[0]) == text[-1] and text[0] not in inner and text[-1] not in inner
    return inner if whole and inner.strip() else None


def described(text: str, template: str = "{}") -> str:
    """A query without the words before what it describes: "show me a photo of a pigeon" is "pigeon".

    template: what the model wants around the thing when a picture of it is asked for, such as "a photo of {}". Only
    leading words go, never the last one, and a quoted text is taken as it is.
    """
    quoted = unquoted(text)
    if quoted is not None:
        return quoted
    asked = _without(ASKING, " ".join(text.split()))
    framed = _without(FRAME, asked)
    if framed == asked:
        return asked
    return _without(ARTICLE, framed) if template == "{}" else template.format(framed)


def _without(leading: re.Pattern[str], text: str) -> str:
    """`text` without as many `leading` pieces as stand before its last word."""
    while (found := leading.match(text)) and WORD.search(text, found.end()):
        text = text[found.end() :].strip()
    return text


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, letter case folded; an underscore parts words."""
    return tuple(word.casefold() for word in WORD.findall(text))


def forms(word: str) -> tuple[str, ...]:
    """A folded word in its simple English singular and plural forms, the singular first."""
    single = word
    if len(word) > 4 and word.endswith("ies"):
        single = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "toes")):
        single = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        single = word[:-1]
    plural = single[:-1] + "ies" if single.endswith("y") and single[-2:-1] not in tuple("aeiou") else single + "s"
    return tuple(dict.fromkeys((single, plural, single + "es", word)))


def words_pattern(text: str) -> str:
    """An RE2 pattern that finds the words of `text` one after the other as whole words, singular or plural.

    It finds nothing when `text` has no words.
    """
    words = ["(?:" + "|".join(map(re.escape, forms(word))) + ")" for word in words_of(text)]
    return f"(?:^|{NO_LETTER}){f'{NO_LETTER}+'.join(words)}(?:{NO_LETTER}|$)" if words else r"[^\x00-\x{10FFFF}]"
