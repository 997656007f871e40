"""The card of a tuned head: its numbers in words."""

from typing import Any

from explorer.features.tune.heads import HEADS
from explorer.features.tune.losses.registry import LOSSES
from explorer.features.tune.measures import LABELS
from explorer.heads.head import Head


def rows_of_card(card: dict[str, Any]) -> list[dict[str, str]]:
    """A row for each measure: before, after and the change, with 95 % intervals, and how many queries."""
    found = []
    for name, one in card["numbers"].items():
        found.append(
            {
                "measure": LABELS.get(name, name),
                "before": span(one["before"]),
                "after": span(one["after"]),
                "change": span(one["change"], signed=True),
                "queries": f"{int(one['after']['items']):,}",
            }
        )
    return found


def span(score: dict[str, float], *, signed: bool = False) -> str:
    """A number with its interval."""
    sign = "+" if signed else ""
    words = f"{score['value']:{sign}.3f} ({score['low']:{sign}.3f} to {score['high']:{sign}.3f})"
    return words.replace("-", "−")


def said_of(card: dict[str, Any]) -> list[str]:
    """Sentences on what a head learned from, how, and what it is measured on."""
    settings, parts = card["settings"], card["parts"]
    what = {"groups": "items", "pairs": "pairs", "triples": "triples"}[card["kind"]]
    lines = [
        f"{LOSSES[settings['loss']].label} on {card['source']}; {HEADS[settings['head']].label}.",
        f"Learned from {parts['train']:,} {what}; {parts['watch']:,} said when to stop (after step "
        f"{card['best_step']:,}); measured on {parts['test']:,}: {card['held_out']}.",
    ]
    if card["copies"]:
        lines.append(
            f"{card['copies']:,} of the held-out items are near copies of items that it learned from (cosine 0.98 or "
            "more), which makes the numbers too good."
        )
    if card["words"]:
        lines.append(f"Words: the {card['words']} of held-out items as queries among the held-out items.")
    return lines


def card_text(name: str, head: Head) -> str:
    """The card as Markdown, for whoever finds the files."""
    card = head.card
    table = ["| | before | after | change | queries |", "|---|---|---|---|---|"]
    table += ["| " + " | ".join(row.values()) + " |" for row in rows_of_card(card)]
    told = [f"# tuned:{name}", f"A head on {head.encoder}, made in {card['workspace']}."]
    measured = "Values with 95 % intervals over queries; change: query by query."
    return "\n\n".join([*told, *said_of(card), "\n".join(table), measured, card["limits"], ""])
