"""Text that comes from links, data, files and people, on places of a page that read Markdown.

Streamlit reads Markdown in nearly everything: messages, labels, help, captions, titles, the options of radio buttons,
pills and segmented controls, the columns' help of tables. Only the options of selectbox and multiselect, placeholders,
`st.text`, `st.code` and the cells of `st.dataframe` show what they are given.
"""

import re

MOST, QUOTED = 600, 60
"""Characters of a foreign text that a page shows at most: where nothing else is said, and of what a message quotes."""

MARKS = r"\`*_{}[]()<>#+-.!|$~:=&^"
NOTHING = ":color[\\{}]"
"""A piece of text that looks like all others, in which one character is alone."""

# What is found in the text only after the escapes are gone: addresses that become links, icons, emoji, arrows. One
# character of each stands alone, which ends it.
LATE = re.compile(r":(?! )|@|(?<=www)\.|(?<=[-<>~])[-=>]", re.IGNORECASE)
# Control characters, and those that turn the direction of what follows them.
UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
BROKEN = re.compile("[\ud800-\udfff]")


def plain(text: object, most: int = MOST) -> str:
    """`text` as Markdown that shows it as it is, in one line; from more than `most` characters on with an ellipsis.

    Nothing in it becomes a link, a picture, an icon, a formula or formatting.
    """
    shown = short(" ".join(BROKEN.sub("\ufffd", UNSEEN.sub("", str(text))).split()), most)
    return "".join(map(_shown, shown, _late(shown)))


def short(text: str, most: int) -> str:
    """`text` with at most `most` characters, an ellipsis for the rest."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _late(text: str) -> list[bool]:
    places = {found.start() for found in LATE.finditer(text)}
    return [place in places for place in range(len(text))]


def _shown(character: str, late: bool) -> str:
    if late:
        return NOTHING.format(character)
    return f"\\{character}" if character in MARKS else character
