CREATE TABLE alembic_version__core (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version__core_pkc PRIMARY KEY (version_num)
);

CREATE TABLE conversation (
	conversation_id TEXT NOT NULL, 
	bot_id TEXT NOT NULL, 
	channel_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	thread TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	rev INTEGER DEFAULT 0 NOT NULL, 
	fence INTEGER DEFAULT 0 NOT NULL, 
	owner TEXT, 
	backlog INTEGER DEFAULT 0 NOT NULL, 
	last_n INTEGER DEFAULT 0 NOT NULL, 
	head INTEGER DEFAULT 0 NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	read_n INTEGER DEFAULT 0 NOT NULL, 
	mode TEXT DEFAULT 'bot' NOT NULL, 
	mode_epoch INTEGER DEFAULT 0 NOT NULL, 
	variables TEXT DEFAULT '{}' NOT NULL, 
	state_size INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	updated_ms INTEGER DEFAULT 0 NOT NULL, 
	seen_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (conversation_id)
)
 STRICT

;

CREATE INDEX conversation_sender ON conversation (bot_id, channel_id, sender);

CREATE INDEX conversation_user ON conversation (bot_id, user_id);

CREATE TABLE inbox (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	bot_id TEXT NOT NULL, 
	conversation_id TEXT NOT NULL, 
	channel_id TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	natural_key TEXT, 
	lane TEXT NOT NULL, 
	event TEXT NOT NULL, 
	n INTEGER, 
	prev INTEGER, 
	state TEXT DEFAULT 'open' NOT NULL, 
	attempts INTEGER DEFAULT 0 NOT NULL, 
	failures INTEGER DEFAULT 0 NOT NULL, 
	not_before_ms INTEGER DEFAULT 0 NOT NULL, 
	received_ms INTEGER DEFAULT 0 NOT NULL, 
	provider_ms INTEGER, 
	done_ms INTEGER, 
	error TEXT, 
	trace BLOB
)
 STRICT

;

CREATE UNIQUE INDEX inbox_external ON inbox (bot_id, channel_id, external_id);

CREATE UNIQUE INDEX inbox_natural ON inbox (bot_id, channel_id, natural_key) WHERE natural_key IS NOT NULL;

CREATE INDEX inbox_open ON inbox (conversation_id, seq) WHERE state = 'open';

CREATE INDEX inbox_dead ON inbox (bot_id, seq) WHERE state = 'dead';

CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	conversation_id TEXT NOT NULL, 
	n INTEGER DEFAULT 0 NOT NULL, 
	prev INTEGER DEFAULT 0 NOT NULL, 
	bot_id TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	k INTEGER DEFAULT 0 NOT NULL, 
	message TEXT NOT NULL, 
	state TEXT NOT NULL, 
	owner TEXT, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	due_ms INTEGER DEFAULT 0 NOT NULL, 
	mode_epoch INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	done_ms INTEGER, 
	error TEXT, 
	provider_id TEXT, 
	PRIMARY KEY (id)
)
 STRICT

;

CREATE UNIQUE INDEX outbox_send ON outbox (conversation_id, cause, k) WHERE cause >= 'send:';

CREATE INDEX outbox_waiting ON outbox (conversation_id, n) WHERE state IN ('queued', 'claimed');

CREATE TABLE frame (
	conversation_id TEXT NOT NULL, 
	frame_id TEXT NOT NULL, 
	bot_id TEXT NOT NULL, 
	depth INTEGER DEFAULT 0 NOT NULL, 
	dialog TEXT NOT NULL, 
	args BLOB NOT NULL, 
	start BLOB NOT NULL, 
	pending BLOB NOT NULL, 
	started_ms INTEGER DEFAULT 0 NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (conversation_id, frame_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE journal (
	conversation_id TEXT NOT NULL, 
	frame_id TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	bot_id TEXT NOT NULL, 
	entries BLOB NOT NULL, 
	PRIMARY KEY (conversation_id, frame_id, n)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE timer (
	conversation_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	bot_id TEXT NOT NULL, 
	due_ms INTEGER DEFAULT 0 NOT NULL, 
	generation INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (conversation_id, name)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX timer_due ON timer (due_ms);

CREATE TABLE bot_user (
	bot_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	rev INTEGER DEFAULT 0 NOT NULL, 
	profile TEXT DEFAULT '{}' NOT NULL, 
	profile_ms INTEGER DEFAULT 0 NOT NULL, 
	attributes TEXT DEFAULT '{}' NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, user_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE identity (
	bot_id TEXT NOT NULL, 
	channel_id TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	PRIMARY KEY (bot_id, channel_id, sender), 
	FOREIGN KEY(bot_id, user_id) REFERENCES bot_user (bot_id, user_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX identity_user ON identity (bot_id, user_id);

CREATE TABLE tag (
	bot_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT DEFAULT '' NOT NULL, 
	set_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, user_id, name), 
	FOREIGN KEY(bot_id, user_id) REFERENCES bot_user (bot_id, user_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX tag_name ON tag (bot_id, name, user_id);

CREATE TABLE kv (
	scope TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (scope, "key")
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE blob (
	bot_id TEXT NOT NULL, 
	blob_id TEXT NOT NULL, 
	mime TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (bot_id, blob_id)
)
 STRICT

;

CREATE TABLE access_key (
	key_hash BLOB NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (key_hash)
)
 WITHOUT ROWID,
 STRICT

;

CREATE UNIQUE INDEX access_key_name ON access_key (name);

CREATE TABLE instance (
	one INTEGER NOT NULL, 
	instance_id TEXT NOT NULL, 
	host TEXT NOT NULL, 
	made_ms INTEGER NOT NULL, 
	sending_lock TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (one), 
	CONSTRAINT instance_one CHECK (one = 1)
)
 STRICT

;

INSERT INTO "alembic_version__core" VALUES ('0002')
