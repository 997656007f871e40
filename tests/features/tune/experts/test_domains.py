"""Pairs by domain: what is refused, and that parts share no first text."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.tune.experts.material import DomainPairs, domain_pairs, split_domains


def some(count: int = 120) -> DomainPairs:
    return domain_pairs(
        [f"title {i // 2}" for i in range(count)], [f"body {i}" for i in range(count)], ["a", "b"] * (count // 2)
    )


def test_a_column_without_domains_and_a_domain_of_two_items_are_refused() -> None:
    with pytest.raises(InputError, match="Expected a column with at least two domains, got 1"):
        domain_pairs(["x"] * 30, ["y"] * 30, ["only"] * 30)
    with pytest.raises(InputError, match="Expected a column with at least two domains, got 0"):
        domain_pairs(["x"] * 30, ["y"] * 30, [""] * 30)
    with pytest.raises(InputError, match=r"at least 20 pairs in every domain, got rare \(2\)"):
        domain_pairs(["x"] * 62, ["y"] * 62, ["a"] * 30 + ["b"] * 30 + ["rare"] * 2)
    different = [f"x {i}" for i in range(60)]
    assert len(domain_pairs([*different, " "], ["y"] * 61, ["a", "b"] * 30 + ["a"]).first) == 60
    with pytest.raises(InputError, match="at least 10 different first texts in every domain, got 1 in b"):
        domain_pairs([text if i % 2 == 0 else "x" for i, text in enumerate(different)], ["y"] * 60, ["a", "b"] * 30)


def test_parts_share_no_first_text_and_wrong_pairs_stay_in_the_domain() -> None:
    pairs = some()
    split = split_domains(pairs)
    told = [{pairs.first[i] for i in part} for part in (split.train, split.watch.first, split.test.first)]
    for domain in (0, 1):
        mine = [
            {pairs.first[i] for i in part if pairs.domains[i] == domain}
            for part in (split.train, split.watch.first, split.test.first)
        ]
        assert not (mine[0] & mine[1] or mine[0] & mine[2] or mine[1] & mine[2])
    assert all(told)
    for asked in (split.watch, split.test):
        assert (pairs.domains[asked.first] == pairs.domains[asked.second]).all()
        assert (pairs.domains[asked.first] == asked.domains).all()
        assert ((asked.first == asked.second) == asked.alike).all()
        assert 0 < asked.alike.mean() < 1
        assert np.isin(asked.second, asked.first).all()  # no text of another part stands beside it
