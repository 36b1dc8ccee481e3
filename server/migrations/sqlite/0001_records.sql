-- The number of the last step taken, and the mark of a Doorstep database: "Door".
PRAGMA application_id = 0x446f6f72;

CREATE TABLE meta (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (name, value) VALUES ('schema', 0);

-- Who works here.
CREATE TABLE organisation (
    id   BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE team (
    id           BLOB NOT NULL PRIMARY KEY,
    organisation BLOB NOT NULL REFERENCES organisation (id),
    name         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    worker      BLOB NOT NULL PRIMARY KEY,
    sign_in     TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    password    TEXT NOT NULL,
    disabled_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
    worker BLOB    NOT NULL PRIMARY KEY REFERENCES account (worker),
    team   BLOB    NOT NULL REFERENCES team (id),
    role   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A session's row holds the SHA-256 of its token: a copy of the database opens nothing.
CREATE TABLE session (
    token     BLOB    NOT NULL PRIMARY KEY,
    worker    BLOB    NOT NULL REFERENCES account (worker),
    opened_at INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_end ON session (ends_at);

CREATE TABLE device (
    install     BLOB    NOT NULL PRIMARY KEY,
    worker      BLOB    NOT NULL REFERENCES account (worker),
    key         BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at  INTEGER
) STRICT, WITHOUT ROWID;

-- The records, as opaque changes. Tables with large values keep them in the order they came, apart from their keys.
CREATE TABLE document (
    id     BLOB    NOT NULL PRIMARY KEY,
    scope  BLOB    NOT NULL,
    kind   INTEGER NOT NULL,
    header BLOB    NOT NULL
) STRICT;

CREATE TABLE manifest (
    batch     BLOB NOT NULL PRIMARY KEY,
    install   BLOB NOT NULL,
    worker    BLOB NOT NULL,
    bytes     BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- An actor belongs to the install and worker that first used it.
CREATE TABLE actor (
    id      BLOB NOT NULL PRIMARY KEY,
    install BLOB NOT NULL,
    worker  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE change (
    hash     BLOB    NOT NULL PRIMARY KEY,
    document BLOB    NOT NULL REFERENCES document (id),
    actor    BLOB    NOT NULL REFERENCES actor (id),
    seq      INTEGER NOT NULL,
    manifest BLOB    NOT NULL REFERENCES manifest (batch),
    place    INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    bytes    BLOB    NOT NULL,
    UNIQUE (document, actor, seq)
) STRICT;

-- Refused because another change has their place among their actor's: answered the same for ever.
CREATE TABLE fork (
    hash BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Kept for an OT of the team to decide on: the writer no longer held the scope.
CREATE TABLE aside (
    hash     BLOB    NOT NULL PRIMARY KEY,
    manifest BLOB    NOT NULL REFERENCES manifest (batch),
    place    INTEGER NOT NULL,
    bytes    BLOB    NOT NULL
) STRICT;

-- One row a scope: its last number, the chain, and the count and sum of what is live there.
CREATE TABLE scope (
    id    BLOB    NOT NULL PRIMARY KEY,
    seq   INTEGER NOT NULL,
    chain BLOB    NOT NULL,
    count INTEGER NOT NULL,
    sum   BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbered 1, 2, 3 … in each scope without gaps. Digest and chain stay when a body is erased.
CREATE TABLE feed (
    scope    BLOB    NOT NULL REFERENCES scope (id),
    seq      INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    document BLOB,
    content  BLOB    NOT NULL,
    digest   BLOB    NOT NULL,
    chain    BLOB    NOT NULL,
    count    INTEGER NOT NULL,
    sum      BLOB    NOT NULL,
    PRIMARY KEY (scope, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX feed_by_change ON feed (content) WHERE kind = 0;

-- One row a batch that stored or refused something: who, from where, how much. Never what.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    sender  BLOB    NOT NULL,
    worker  BLOB    NOT NULL,
    install BLOB    NOT NULL,
    scope   BLOB    NOT NULL,
    batch   BLOB    NOT NULL,
    stored  INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    needed  INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT;

CREATE TABLE epoch (
    id         BLOB    NOT NULL PRIMARY KEY,
    started_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
