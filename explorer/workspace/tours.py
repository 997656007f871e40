"""Tours: addresses of our own pages with a caption each, in order; read from the text of a file and written to one.

A tour leads through several workspaces, so it belongs to none of them: it lies in the home's folder `tours`, a file a
tour, which is also what people download, send and bring in (`tours_store` keeps them). A stop is the address that
stands in the browser, without the server before it, so that a person can write a tour by hand.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from explorer.base.errors import InputError
from explorer.base.settings import check_name
from explorer.base.shipped import page_files

SCHEMA = 1
MOST_STOPS, LONGEST_CAPTION, LONGEST_ADDRESS, LONGEST_FILE = 100, 240, 8_000, 1_000_000
HOME = "Home"
TOUR, STOP = "tour", "stop"
"""Parameters of the address of a stop that is being shown; a kept stop has none of them."""
_NOT_KEPT = (TOUR, STOP, "embed", "embed_options")
Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Stop:
    """One stop. address: page and parameters, such as "Explore?ws=scenes&q=text:1:a+star", Home is ""; caption: said
    in large type.

    Make one with `stop_of` or `parse_stop`, which check both.
    """

    address: str
    caption: str

    @cached_property
    def page(self) -> str:
        """Name of its page."""
        return urlsplit(self.address).path.strip("/") or HOME

    @cached_property
    def params(self) -> dict[str, list[str]]:
        """Parameters of its address."""
        return parse_qs(urlsplit(self.address).query, keep_blank_values=True)

    @property
    def workspace(self) -> str:
        """Name of the workspace that it shows."""
        return self.params["ws"][-1]


@dataclass(frozen=True)
class Tour:
    """A tour. name: of its file as well; built_in: shipped with the program, it cannot be changed."""

    name: str
    stops: tuple[Stop, ...] = ()
    built_in: bool = field(default=False, compare=False)

    def stop(self, number: int) -> Stop | None:
        """The stop of a number from 1 on, None when there is none."""
        return self.stops[number - 1] if 1 <= number <= len(self.stops) else None


def stop_of(page: str, params: Params, caption: str) -> Stop:
    """The stop that shows `page` with these parameters; InputError as `parse_stop`."""
    kept = {name: list(values) for name, values in params.items() if name not in _NOT_KEPT}
    query = urlencode(kept, doseq=True)
    return parse_stop(f"{'' if page == HOME else page}?{query}", caption)


def parse_stop(address: str, caption: str) -> Stop:
    """The stop of an address and a caption.

    InputError unless the address is one of our own pages, without a scheme or server, and names a workspace, and the
    caption is there and fits a slide.
    """
    page, params = _parts(address)
    if page not in page_files():
        raise InputError(f"Expected one of the pages {', '.join(page_files())}, got {_short(page)}.")
    names = params.get("ws") or [""]
    check_name(names[-1])
    words = " ".join(caption.split())
    if not 1 <= len(words.encode(errors="ignore").decode()) == len(words) <= LONGEST_CAPTION:
        raise InputError(f"Expected a caption of 1 to {LONGEST_CAPTION} characters, got {len(words)}.")
    kept = {name: values for name, values in params.items() if name not in _NOT_KEPT}
    return Stop(f"{'' if page == HOME else page}?{urlencode(kept, doseq=True)}", words)


def _parts(address: str) -> tuple[str, dict[str, list[str]]]:
    """Page and parameters of an address."""
    expected = "Expected the address of a page of this app from the page's name on, such as Explore?ws=scenes"
    if len(address) > LONGEST_ADDRESS:
        raise InputError(f"Expected an address of at most {LONGEST_ADDRESS:,} characters, got {len(address):,}.")
    try:
        address.encode()
        found = urlsplit(address)
        if found.scheme or found.netloc or found.fragment:
            raise InputError(f"{expected}; got {_short(address)}.")
        params = parse_qs(found.query, keep_blank_values=True, max_num_fields=500)
    except ValueError as error:
        raise InputError(f"{expected}; got {_short(address)}.") from error
    return found.path.removeprefix("/") or HOME, params


def read_tour(name: str, text: str, *, built_in: bool = False) -> Tour:
    """The tour in the text of a file; InputError names the stop that cannot be used, and why."""
    check_name(name)
    if len(text) > LONGEST_FILE:
        raise InputError(f"Expected a file of at most {LONGEST_FILE:,} characters, got {len(text):,}.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"Expected a tour as JSON: {error}.") from error
    return Tour(
        name, checked_stops([_read_stop(number, one) for number, one in enumerate(_listed(found), 1)]), built_in
    )


def write_tour(tour: Tour) -> str:
    """The text of the tour's file; read again it is the same tour."""
    stops = [{"address": one.address, "caption": one.caption} for one in tour.stops]
    return json.dumps({"schema": SCHEMA, "stops": stops}, indent=1, ensure_ascii=False) + "\n"


def checked_stops(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """The stops; InputError when there are too many."""
    if len(stops) > MOST_STOPS:
        raise InputError(f"Expected at most {MOST_STOPS} stops, got {len(stops)}.")
    return tuple(stops)


def _listed(found: Any) -> list[Any]:
    schema = found.get("schema") if isinstance(found, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise InputError(f"The tour has schema version {schema}, this program reads {SCHEMA}: upgrade it.")
    if schema != SCHEMA or not isinstance(found.get("stops"), list):
        raise InputError(f'Expected a tour: an object with "schema": {SCHEMA} and a list "stops".')
    return list(found["stops"])


def _read_stop(number: int, found: Any) -> Stop:
    address, caption = (found.get("address"), found.get("caption")) if isinstance(found, dict) else (None, None)
    if not isinstance(address, str) or not isinstance(caption, str):
        raise InputError(f'Stop {number}: expected an object with the texts "address" and "caption".')
    try:
        return parse_stop(address, caption)
    except InputError as error:
        raise InputError(f"Stop {number}: {error}") from error


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
