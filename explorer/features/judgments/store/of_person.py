"""Trials and questions of one person (?2) in a campaign (?1), as parts of queries.

They stand in `trial NOT IN (...)` and `(trial IN (...)) IS TRUE`. In these forms PostgreSQL reads them once and looks
trials up in what it read, also while it knows nothing of the tables yet. It would make a join of EXISTS, and then go
through all of a person's trials for each of them.
"""

RESPONDED = "SELECT trial FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind IN ('answer', 'skip', 'none')"
ANSWERED = "SELECT trial FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind = 'answer'"
UNDONE = "SELECT trial FROM events WHERE campaign = ?1 AND annotator = ?2 AND kind = 'undo'"
STANDS = "SELECT trial FROM questions WHERE campaign = ?1 AND annotator = ?2 AND set_aside = ''"
GIVEN = "SELECT number FROM questions WHERE campaign = ?1 AND annotator = ?2 AND set_aside = ''"
REPEATED = "SELECT repeat_of FROM questions WHERE campaign = ?1 AND annotator = ?2"
