CREATE TABLE alembic_version__subscriptions (
	version_num VARCHAR(32) NOT NULL, oldest TEXT, 
	CONSTRAINT alembic_version__subscriptions_pkc PRIMARY KEY (version_num)
);

CREATE TABLE subscriptions_category (
	bot_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	passes_on INTEGER DEFAULT 0 NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	created_by TEXT DEFAULT '' NOT NULL, 
	changed_ms INTEGER DEFAULT 0 NOT NULL, 
	changed_by TEXT DEFAULT '' NOT NULL, 
	removed_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE subscriptions_words (
	bot_id TEXT NOT NULL, 
	category TEXT NOT NULL, 
	language TEXT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	about TEXT DEFAULT '' NOT NULL, 
	join_words TEXT DEFAULT '' NOT NULL, 
	leave_words TEXT DEFAULT '' NOT NULL, 
	joined TEXT DEFAULT '' NOT NULL, 
	gone TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, category, language)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE subscriptions_word (
	bot_id TEXT NOT NULL, 
	word TEXT NOT NULL, 
	category TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, word)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE subscriptions_person (
	bot_id TEXT NOT NULL, 
	category TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	subscribed INTEGER DEFAULT 0 NOT NULL, 
	since_ms INTEGER DEFAULT 0 NOT NULL, 
	changed_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, category, user_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX subscriptions_in ON subscriptions_person (bot_id, category, subscribed, user_id);

CREATE INDEX subscriptions_of ON subscriptions_person (bot_id, user_id);

INSERT INTO "alembic_version__subscriptions" VALUES ('0001', '0001')
