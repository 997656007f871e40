"""The answers that count: the one way by which agreement, fits, exports and tables read answers from the store."""

from dataclasses import asdict

from explorer.base.permission import require
from explorer.features.judgments.exclusion import Evidence, Kept, Rules, check_rules, keep, rules_from, together
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.campaigns import read_campaign
from explorer.features.judgments.store.people import read_people
from explorer.features.judgments.store.rules import count_skips, read_rules, write_rules
from explorer.features.judgments.values import Answer
from explorer.io.audit import note


def counted_answers(store: Store, campaign: str | None = None, task: str | None = None) -> Kept:
    """The answers of one campaign, or of all, that count under its rules, and why the others do not.

    Attention checks and repeats are among them, see `Answer.is_check` and `Answer.repeat_of`; what was undone or
    started over is not.
    """
    by_campaign: dict[str, list[Answer]] = {}
    for one in store.answers(campaign, task):
        by_campaign.setdefault(one.campaign, []).append(one)
    if not by_campaign:
        return Kept(answers=[], everything=[])
    with store.connect() as connection:
        rules = read_rules(connection)
        evidence = {
            name: Evidence(skips=count_skips(connection, name), people=read_people(connection, name))
            for name in by_campaign
        }
    return together([keep(mine, evidence[name], rules_from(rules.get(name, {}))) for name, mine in by_campaign.items()])


def rules_of(store: Store, campaign: str) -> Rules:
    """The rules of a campaign, the usual ones where nobody has decided anything."""
    if not store.exists():
        return Rules()
    with store.connect() as connection:
        return rules_from(read_rules(connection).get(campaign, {}))


def set_rules(store: Store, campaign: str, rules: Rules) -> None:
    """Decide which answers of a campaign count, from now on everywhere; InputError when there is no such campaign."""
    require("run campaigns")
    check_rules(rules)
    with store.connect(write=True) as connection:
        read_campaign(connection, campaign)
        write_rules(connection, campaign, asdict(rules))
    note("decide which answers count", f"{campaign} of {store.name}")
