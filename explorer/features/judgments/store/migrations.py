"""Numbered migrations of judgments.sqlite. Add at the end, never change one."""

FIRST = """
CREATE TABLE campaigns (
    name TEXT PRIMARY KEY, settings TEXT NOT NULL, item_ids TEXT NOT NULL, secret TEXT NOT NULL,
    created TEXT NOT NULL, closed TEXT NOT NULL DEFAULT ''
);
CREATE TABLE pool (
    campaign TEXT NOT NULL, number INTEGER NOT NULL, items TEXT NOT NULL, sampler TEXT NOT NULL,
    issued INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (campaign, number)
) WITHOUT ROWID;
CREATE INDEX pool_issued ON pool (campaign, issued, number);
CREATE TABLE questions (
    campaign TEXT NOT NULL, annotator TEXT NOT NULL, trial TEXT NOT NULL, place INTEGER NOT NULL,
    attempt INTEGER NOT NULL, number INTEGER NOT NULL, items TEXT NOT NULL, sampler TEXT NOT NULL,
    is_check INTEGER NOT NULL, repeat_of TEXT NOT NULL, asked TEXT NOT NULL,
    PRIMARY KEY (campaign, annotator, trial)
) WITHOUT ROWID;
CREATE INDEX questions_number ON questions (campaign, number);
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, campaign TEXT NOT NULL, annotator TEXT NOT NULL, trial TEXT NOT NULL,
    kind TEXT NOT NULL, task TEXT NOT NULL, items TEXT NOT NULL, answer TEXT NOT NULL, condition TEXT NOT NULL,
    sampler TEXT NOT NULL, rt_ms REAL, is_check INTEGER NOT NULL, passed INTEGER, repeat_of TEXT NOT NULL,
    token TEXT NOT NULL, created TEXT NOT NULL
);
CREATE UNIQUE INDEX one_response ON events (campaign, annotator, trial) WHERE kind IN ('answer', 'skip');
CREATE UNIQUE INDEX one_undo ON events (campaign, annotator, trial) WHERE kind = 'undo';
CREATE INDEX events_kind ON events (campaign, annotator, kind, seq);
CREATE TRIGGER no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;
CREATE TRIGGER no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;
"""
SECOND = "CREATE INDEX tags_of_item ON events (campaign, items) WHERE task = 'tags';"
THIRD = "CREATE INDEX pool_begun ON pool (campaign, issued DESC, number);"
FOURTH = "ALTER TABLE events ADD COLUMN imported TEXT NOT NULL DEFAULT '';"
FIFTH = """
CREATE TABLE imports (
    number INTEGER PRIMARY KEY, campaign TEXT NOT NULL, file TEXT NOT NULL, content TEXT NOT NULL,
    answers INTEGER NOT NULL, numbering TEXT NOT NULL, created TEXT NOT NULL
);
CREATE INDEX imports_content ON imports (content);
"""
SIXTH = """
ALTER TABLE events ADD COLUMN late TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN marks TEXT NOT NULL DEFAULT '{}';
ALTER TABLE events ADD COLUMN confidence REAL;
ALTER TABLE events ADD COLUMN import_number INTEGER NOT NULL DEFAULT 0;
DROP INDEX one_response;
CREATE UNIQUE INDEX one_response ON events (campaign, annotator, trial) WHERE kind IN ('answer', 'skip', 'none');
CREATE UNIQUE INDEX one_step ON events (campaign, annotator, trial) WHERE kind = 'step';
ALTER TABLE questions ADD COLUMN set_aside TEXT NOT NULL DEFAULT '';
ALTER TABLE pool ADD COLUMN condition TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN taken_back TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN archived TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
CREATE TABLE people (
    campaign TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, via TEXT NOT NULL, extra TEXT NOT NULL,
    arm TEXT NOT NULL, language TEXT NOT NULL, created TEXT NOT NULL, withdrawn TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (campaign, key)
) WITHOUT ROWID;
INSERT INTO people (campaign, key, name, via, extra, arm, language, created)
    SELECT campaign, annotator, annotator, 'link', '{}', '', '', MIN(created) FROM events
    WHERE annotator != '' AND imported = '' GROUP BY campaign, annotator;
"""
NO_DELETE = (
    "CREATE TRIGGER no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END;"
)
MIGRATIONS = (FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH)
