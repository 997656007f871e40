"""Describe, then compare: a description of each column, by people, a language model or rules, against the glossary.

The first of two families of Metadata2KG (SemTab 2024): the model describes, an embedding ranks. Table and columns
beside it are part of the prompt; added to what is compared, they mislead.
"""

from collections.abc import Sequence

from explorer.base.progress import Progress
from explorer.features.match.glossary.material import Column
from explorer.features.match.language_model.asking import LanguageModel

RULES = "Rules, no language model, wrote the descriptions: the header written out, with its table."
SYSTEM = (
    "You write entries of a business glossary. Given a column of a table, name the concept that the column holds and "
    "describe it in one sentence. Answer with one line: the name of the concept, a colon, the description. Use the "
    "table and the other columns to tell what is meant; do not repeat them."
)
EXAMPLES = (
    (
        Column(name="dob", words="dob", table="patient", siblings=("patient_id", "sex", "dob", "admitted")),
        "birth date: the day on which a person was born",
    ),
    (
        Column(name="Pop.", words="pop", table="city", siblings=("City", "Elevation (m)"), values=("84,120",)),
        "population: the number of people who live in a place",
    ),
    (
        Column(name="Length", words="length", table="song", siblings=("Title", "Artist"), values=("3:41",)),
        "duration: how long a piece of music lasts",
    ),
)
"""Columns with entries, made up here, that show what is wanted."""
MOST_WORDS, MOST_LETTERS = 80, 400


def told(column: Column) -> str:
    """A column as a question shows it: its name, its table, the columns beside it, some values."""
    lines = [f"Column: {column.name}"]
    lines += [f"Table: {column.table}"] if column.table else []
    lines += [f"Other columns: {', '.join(column.siblings)}"] if column.siblings else []
    lines += [f"Values: {', '.join(column.values)}"] if column.values else []
    return "\n".join(lines)


def question(column: Column) -> str:
    """The examples and the column that is asked for."""
    shown = [f"{told(one)}\nEntry: {entry}" for one, entry in EXAMPLES]
    return "\n\n".join([*shown, f"{told(column)}\nEntry:"])


def by_rules(column: Column) -> str:
    """The header written out, with its table: a stand-in that says so."""
    return f"{column.words}: {column.words} of a {column.table}" if column.table else column.words


def description_of(text: str) -> str:
    """The first line of an answer that says something, at most 400 characters of it."""
    lines = [line.strip().removeprefix("Entry:").strip() for line in text.splitlines()]
    return next((line for line in lines if line), "")[:MOST_LETTERS]


def descriptions(columns: Sequence[Column], model: LanguageModel | None, progress: Progress) -> list[str]:
    """One for each column: what people wrote, else what the language model writes, else rules."""
    found = [one.written or ("" if model else by_rules(one)) for one in columns]
    if model is not None:
        asked = [row for row, text in enumerate(found) if not text]
        requests = [model.request(SYSTEM, question(columns[row]), words=MOST_WORDS) for row in asked]
        for row, answer in zip(asked, model.ask_all(requests, "describing columns", progress), strict=True):
            found[row] = description_of(answer.text)
    return found


def known_description(column: Column, model: LanguageModel | None) -> str:
    """The description that was used, without asking for it; "" where it was never asked for."""
    if column.written or model is None:
        return column.written or by_rules(column)
    kept = model.kept(model.request(SYSTEM, question(column), words=MOST_WORDS))
    return description_of(kept.text) if kept else ""
