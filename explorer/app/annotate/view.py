"""The address of the page Annotate: which campaign, and who answers."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, text


@dataclass(frozen=True)
class View:
    """What a link to the page carries besides the workspace; a person and a code come with a campaign's link.

    campaign: "" for the list of all. person: who answers, "" while nobody said. code: invitation code. key: what the
    link for all carries in its place. who: what a link of one's own carries, "" in others.
    """

    campaign: str = ""
    person: str = ""
    code: str = ""
    key: str = ""
    who: str = ""


ADDRESS = Address(
    View(), campaign=text("campaign"), person=text("person"), code=text("code"), key=text("key"), who=text("who")
)
