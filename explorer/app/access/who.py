"""Who asks: what the server was started with, and what the cookies of a request say."""

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.app.access.asked import Asked
from explorer.app.access.keys import Keys, read_keys
from explorer.app.access.login import Mails, mail_in, mails
from explorer.app.access.passes import Visitor, visitor_of
from explorer.base.permission import Role
from explorer.base.settings import keys_wanted

EVERYTHING = Visitor(Role.ORGANISER)


@dataclass(frozen=True)
class Guard:
    """How the server tells people apart.

    by_keys: it was started so that keys are needed. keys: None until they are made. mails: None without a login.
    """

    by_keys: bool
    keys: Keys | None
    mails: Mails | None

    @property
    def is_open(self) -> bool:
        """Whether everybody who reaches the server is an organiser."""
        return not self.by_keys and self.mails is None

    def visitor(self, asked: Asked) -> Visitor:
        """Who makes a request."""
        if self.is_open:
            return EVERYTHING
        origin = f"{'https' if asked.https else 'http'}://{asked.host}"
        return self.visitor_with(asked.cookies, mail_in(asked.cookies, origin) if self.mails else "")

    def visitor_with(self, cookies: Mapping[str, str], mail: str) -> Visitor:
        """Who has these cookies and logged in with this address ("" for none)."""
        if self.is_open:
            return EVERYTHING
        known = visitor_of(self.keys.secret, cookies) if self.keys else Visitor(Role.NOBODY)
        role = self.mails.role_of(mail) if self.mails and mail else Role.NOBODY
        return known if role is Role.NOBODY else Visitor(role, mail)


def guard() -> Guard:
    """How people are told apart now."""
    by_keys, listed = keys_wanted(), mails()
    return Guard(by_keys, read_keys() if by_keys or listed else None, listed)
