CREATE TABLE alembic_version__notes (
	version_num VARCHAR(32) NOT NULL, oldest TEXT, 
	CONSTRAINT alembic_version__notes_pkc PRIMARY KEY (version_num)
);

CREATE TABLE notes_note (
	bot_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	user_id TEXT DEFAULT '' NOT NULL, 
	text TEXT DEFAULT '' NOT NULL, 
	folded TEXT DEFAULT '' NOT NULL, 
	author TEXT DEFAULT '' NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	edited_by TEXT DEFAULT '' NOT NULL, 
	edited_ms INTEGER DEFAULT 0 NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	removed_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX notes_of ON notes_note (bot_id, user_id, created_ms, id);

CREATE INDEX notes_latest ON notes_note (bot_id, created_ms, id);

CREATE TABLE notes_edit (
	bot_id TEXT NOT NULL, 
	note_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	text TEXT DEFAULT '' NOT NULL, 
	by_whom TEXT DEFAULT '' NOT NULL, 
	at_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, note_id, version)
)
 WITHOUT ROWID,
 STRICT

;

INSERT INTO "alembic_version__notes" VALUES ('0001', '0001')
