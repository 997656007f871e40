"""Six questions to begin with, each with the address of a page of the demo of scenes that has the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from explorer.features.elites import service as elites
from explorer.features.judgments.simulated_people import is_answered
from explorer.features.judgments.store import judgment_store
from explorer.library.demo_more import CAMPAIGN, SEARCHES
from explorer.workspace.folder import Workspace
from explorer.workspace.preparing import missing_steps


@dataclass(frozen=True, kw_only=True)
class Example:
    """One question. page: its file; icon: of the page; parameters: of its address, without the workspace.

    needs: what must be there for an answer, pairs of a key of `THERE` and a name.
    """

    question: str
    page: str
    icon: str
    parameters: Mapping[str, str]
    needs: tuple[tuple[str, str], ...]


EXAMPLES = (
    Example(
        question="Where are stars in a spiral at night?",
        page="pages/1_Explore.py",
        icon=":material/travel_explore:",
        parameters={"q": "text:1:stars in a spiral in the night sky"},
        needs=(("model", "pocket"),),
    ),
    Example(
        question="What is like this one, but only in its colour?",
        page="pages/2_Conditional.py",
        icon=":material/tune:",
        parameters={"item": "scene-0001", "a": "focus:aspect:colour", "b": "focus:aspect:shape"},
        needs=(("model", "pocket"),),
    ),
    Example(
        question="What is arranged the same way, but looks different?",
        page="pages/3_Relational.py",
        icon=":material/hub:",
        parameters={"item": "scene-0029", "corner": "analogous"},
        needs=(("model", "pocket"), ("model", "relational:pocket-relational")),
    ),
    Example(
        question="Do two models agree on what is near?",
        page="pages/4_Compare.py",
        icon=":material/compare_arrows:",
        parameters={"a": "pocket", "b": "histogram"},
        needs=(("model", "pocket"), ("model", "histogram")),
    ),
    Example(
        question="What is the best heart of each kind?",
        page="pages/5_MAP-Elites.py",
        icon=":material/grid_view:",
        parameters={"run": SEARCHES[-1].name},
        needs=(("model", "pocket"), ("map", SEARCHES[-1].name)),
    ),
    Example(
        question="What do people find alike? (simulated)",
        page="pages/7_Agreement.py",
        icon=":material/groups:",
        parameters={"campaign": CAMPAIGN},
        needs=(("model", "pocket"), ("answers", CAMPAIGN)),
    ),
)

THERE: dict[str, Callable[[Workspace, str], bool]] = {
    "model": lambda workspace, spec: not missing_steps(workspace, spec),
    "map": elites.has_ended,
    "answers": lambda workspace, name: is_answered(judgment_store(workspace), name),
}
"""Whether a model has its vectors, index and map; a MAP-Elites map is whole; a campaign is answered."""


def is_ready(workspace: Workspace, example: Example) -> bool:
    """Whether the page of an example has its answer."""
    return all(THERE[kind](workspace, name) for kind, name in example.needs)
