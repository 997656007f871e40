"""Results in memory: worked out once, by whoever asks first; errors are not kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from explorer.base.memory import Memory, remembered


class Owner:
    def __init__(self) -> None:
        self.memory = Memory()
        self.calls = list[tuple[int, int]]()
        self.tags = 0


@remembered(2)
def add(owner: Owner, a: int, b: int = 0) -> int:
    owner.calls.append((a, b))
    return a + b


def test_each_result_is_worked_out_once_and_the_last_few_are_kept() -> None:
    owner = Owner()
    assert [add(owner, 1), add(owner, 1), add(owner, 2, b=1), add(owner, 1)] == [1, 1, 3, 1]
    assert owner.calls == [(1, 0), (2, 1)]
    add(owner, 3)
    add(owner, 2, b=1)
    assert owner.calls == [(1, 0), (2, 1), (3, 0), (2, 1)]


def test_every_argument_counts() -> None:
    owner = Owner()
    assert [add(owner, 1, b=1), add(owner, 1, b=2), add(owner, 1, 3)] == [2, 3, 4]


def test_owners_do_not_share() -> None:
    one, other = Owner(), Owner()
    add(one, 1)
    add(other, 1)
    assert one.calls == other.calls == [(1, 0)]


def test_an_error_is_not_kept() -> None:
    memory, tries = Memory(), list[int]()

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("not yet")
        return "ready"

    with pytest.raises(ValueError, match="not yet"):
        memory.of("x", (), 1, make)
    assert memory.of("x", (), 1, make) == "ready"
    memory.forget("x")
    assert memory.of("x", (), 1, make) == "ready"
    assert len(tries) == 3


def test_who_asks_meanwhile_waits_for_the_same_result() -> None:
    memory, go, calls = Memory(), Event(), list[int]()

    def make() -> object:
        calls.append(1)
        go.wait(10)
        return object()

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(memory.of, "x", (1,), 1, make) for _ in range(4)]
        go.set()
        assert len({id(one.result(10)) for one in asked}) == 1
    assert len(calls) == 1


def test_what_depends_on_more_than_the_memory_is_worked_out_anew_when_that_changes() -> None:
    calls = list[int]()

    @remembered(4, also="tags")
    def tagged(owner: Owner, number: int) -> int:
        calls.append(number)
        return number

    owner = Owner()
    assert [tagged(owner, 1), tagged(owner, 1)] == [1, 1] and calls == [1]
    owner.tags = 1
    tagged(owner, 1)
    assert calls == [1, 1]
