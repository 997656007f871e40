"""What a person gets at the end of a study: a code, or the address that they are sent back to."""

from urllib.parse import quote

from explorer.features.judgments.store.people import Person
from explorer.features.judgments.study import Study


def completion_of(study: Study, person: Person) -> str:
    """The code or address with {person} and the parameters of the link filled in; "" where the study has none."""
    text, is_link = study.completion, "://" in study.completion
    for name, value in {**person.extra, "person": person.key}.items():
        text = text.replace(f"{{{name}}}", quote(value, safe="") if is_link else value)
    return text
