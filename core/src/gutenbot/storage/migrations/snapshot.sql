CREATE TABLE alembic_version__core (
	version_num VARCHAR(32) NOT NULL, oldest TEXT, 
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
	created_ms INTEGER DEFAULT 0 NOT NULL, account_id TEXT DEFAULT '' NOT NULL, scopes TEXT DEFAULT '' NOT NULL, prefix TEXT DEFAULT '' NOT NULL, ends_ms INTEGER DEFAULT 0 NOT NULL, used_ms INTEGER DEFAULT 0 NOT NULL, 
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

CREATE TABLE account (
	id TEXT NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	role TEXT DEFAULT '' NOT NULL, 
	password TEXT DEFAULT '' NOT NULL, 
	locale TEXT DEFAULT '' NOT NULL, 
	preferences TEXT DEFAULT '' NOT NULL, 
	totp_secret BLOB NOT NULL, 
	totp_offered BLOB NOT NULL, 
	totp_step INTEGER DEFAULT 0 NOT NULL, 
	disabled_ms INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	seen_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE UNIQUE INDEX account_email ON account (email);

CREATE TABLE account_session (
	hash BLOB NOT NULL, 
	id TEXT DEFAULT '' NOT NULL, 
	account_id TEXT NOT NULL, 
	former_hash BLOB NOT NULL, 
	former_until_ms INTEGER DEFAULT 0 NOT NULL, 
	csrf TEXT DEFAULT '' NOT NULL, 
	view_as TEXT DEFAULT '' NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	agent TEXT DEFAULT '' NOT NULL, 
	means TEXT DEFAULT '' NOT NULL, 
	renew INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	seen_ms INTEGER DEFAULT 0 NOT NULL, 
	ends_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (hash), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX account_session_account ON account_session (account_id);

CREATE INDEX account_session_former ON account_session (former_hash);

CREATE TABLE account_recovery (
	account_id TEXT NOT NULL, 
	hash BLOB NOT NULL, 
	used_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (account_id, hash), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE account_passkey (
	id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	public_key BLOB NOT NULL, 
	counter INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	used_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX account_passkey_account ON account_passkey (account_id);

CREATE TABLE account_identity (
	provider TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (provider, subject), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX account_identity_account ON account_identity (account_id);

CREATE TABLE account_link (
	hash BLOB NOT NULL, 
	id TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	account_id TEXT DEFAULT '' NOT NULL, 
	role TEXT DEFAULT '' NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	made_by TEXT DEFAULT '' NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	ends_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (hash)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE account_challenge (
	hash BLOB NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	account_id TEXT DEFAULT '' NOT NULL, 
	data TEXT DEFAULT '' NOT NULL, 
	tries INTEGER DEFAULT 0 NOT NULL, 
	ends_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (hash)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE account_attempt (
	subject TEXT NOT NULL, 
	window_ms INTEGER NOT NULL, 
	count INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (subject, window_ms)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX account_attempt_window ON account_attempt (window_ms);

CREATE TABLE account_role (
	name TEXT NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	permissions TEXT DEFAULT '' NOT NULL, 
	scopes TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (name)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE request_answer (
	"key" BLOB NOT NULL, 
	request BLOB NOT NULL, 
	status INTEGER DEFAULT 0 NOT NULL, 
	answer BLOB NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY ("key")
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX request_answer_created ON request_answer (created_ms);

CREATE TABLE audit (
	n INTEGER NOT NULL, 
	id TEXT DEFAULT '' NOT NULL, 
	at_ms INTEGER DEFAULT 0 NOT NULL, 
	actor_kind TEXT DEFAULT '' NOT NULL, 
	actor_id TEXT DEFAULT '' NOT NULL, 
	actor_name TEXT DEFAULT '' NOT NULL, 
	verb TEXT DEFAULT '' NOT NULL, 
	object TEXT DEFAULT '' NOT NULL, 
	object_id TEXT DEFAULT '' NOT NULL, 
	what TEXT DEFAULT '' NOT NULL, 
	"before" TEXT DEFAULT '' NOT NULL, 
	"after" TEXT DEFAULT '' NOT NULL, 
	address TEXT DEFAULT '' NOT NULL, 
	previous BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	PRIMARY KEY (n)
)
 STRICT

;

CREATE INDEX audit_object ON audit (object, object_id, n);

CREATE INDEX audit_actor ON audit (actor_id, n);

CREATE TABLE audit_head (
	one INTEGER NOT NULL, 
	n INTEGER DEFAULT 0 NOT NULL, 
	hash BLOB NOT NULL, 
	PRIMARY KEY (one)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TRIGGER audit_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TABLE setting (
	section TEXT NOT NULL, 
	name TEXT NOT NULL, 
	value TEXT DEFAULT '' NOT NULL, 
	key_id TEXT DEFAULT '' NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	changed_ms INTEGER DEFAULT 0 NOT NULL, 
	changed_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (section, name)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE switch (
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	is_on INTEGER DEFAULT 0 NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	changed_ms INTEGER DEFAULT 0 NOT NULL, 
	changed_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (kind, name)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE setting_head (
	one INTEGER NOT NULL, 
	revision INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (one)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE live_event (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	topic TEXT DEFAULT '' NOT NULL, 
	audience TEXT DEFAULT '' NOT NULL, 
	at_ms INTEGER DEFAULT 0 NOT NULL, 
	data TEXT DEFAULT '' NOT NULL
)
 STRICT

;

CREATE INDEX live_event_topic ON live_event (topic, seq);

CREATE TABLE live_presence (
	object TEXT NOT NULL, 
	connection TEXT NOT NULL, 
	account_id TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	data TEXT DEFAULT '' NOT NULL, 
	since_ms INTEGER DEFAULT 0 NOT NULL, 
	until_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (object, connection)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE job (
	id TEXT NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	bot_id TEXT DEFAULT '' NOT NULL, 
	actor_kind TEXT DEFAULT '' NOT NULL, 
	actor_id TEXT DEFAULT '' NOT NULL, 
	actor_name TEXT DEFAULT '' NOT NULL, 
	account_id TEXT DEFAULT '' NOT NULL, 
	needs TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	wanted TEXT DEFAULT '' NOT NULL, 
	done INTEGER DEFAULT 0 NOT NULL, 
	total INTEGER DEFAULT 0 NOT NULL, 
	unit TEXT DEFAULT '' NOT NULL, 
	params TEXT DEFAULT '' NOT NULL, 
	cursor TEXT DEFAULT '' NOT NULL, 
	result TEXT DEFAULT '' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	failures INTEGER DEFAULT 0 NOT NULL, 
	owner TEXT DEFAULT '' NOT NULL, 
	lease_until_ms INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	started_ms INTEGER DEFAULT 0 NOT NULL, 
	changed_ms INTEGER DEFAULT 0 NOT NULL, 
	ended_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX job_state ON job (state, id);

CREATE TABLE job_piece (
	job_id TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (job_id, n)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE notification (
	id TEXT NOT NULL, 
	level TEXT DEFAULT '' NOT NULL, 
	message TEXT DEFAULT '' NOT NULL, 
	link TEXT DEFAULT '' NOT NULL, 
	module TEXT DEFAULT '' NOT NULL, 
	bot_id TEXT DEFAULT '' NOT NULL, 
	needs TEXT DEFAULT '' NOT NULL, 
	same TEXT DEFAULT '' NOT NULL, 
	times INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	last_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX notification_same ON notification (same, id);

CREATE TABLE notification_read (
	account_id TEXT NOT NULL, 
	notification_id TEXT NOT NULL, 
	read_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (account_id, notification_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE notification_seen (
	account_id TEXT NOT NULL, 
	up_to TEXT DEFAULT '' NOT NULL, 
	read_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (account_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_item (
	bot_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	type TEXT DEFAULT '' NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	tags TEXT DEFAULT '' NOT NULL, 
	archived INTEGER DEFAULT 0 NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	edit INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	created_by TEXT DEFAULT '' NOT NULL, 
	edited_ms INTEGER DEFAULT 0 NOT NULL, 
	edited_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, item_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_text (
	bot_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	live_n INTEGER DEFAULT 0 NOT NULL, 
	draft_n INTEGER DEFAULT 0 NOT NULL, 
	last_n INTEGER DEFAULT 0 NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	generation INTEGER DEFAULT 0 NOT NULL, 
	base_hash TEXT DEFAULT '' NOT NULL, 
	base_source TEXT DEFAULT '' NOT NULL, 
	stale_of TEXT DEFAULT '' NOT NULL, 
	go_live_ms INTEGER DEFAULT 0 NOT NULL, 
	expire_ms INTEGER DEFAULT 0 NOT NULL, 
	zone TEXT DEFAULT '' NOT NULL, 
	planned_n INTEGER DEFAULT 0 NOT NULL, 
	planned_by TEXT DEFAULT '' NOT NULL, 
	review TEXT DEFAULT '' NOT NULL, 
	reviewer TEXT DEFAULT '' NOT NULL, 
	reviewed_by TEXT DEFAULT '' NOT NULL, 
	review_n INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, item_id, locale)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX content_text_generation ON content_text (bot_id, generation);

CREATE TABLE content_revision (
	bot_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	n INTEGER NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	source TEXT DEFAULT '' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	author_id TEXT DEFAULT '' NOT NULL, 
	author TEXT DEFAULT '' NOT NULL, 
	at_ms INTEGER DEFAULT 0 NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	release INTEGER DEFAULT 0 NOT NULL, 
	of_n INTEGER DEFAULT 0 NOT NULL, 
	live_ms INTEGER DEFAULT 0 NOT NULL, 
	left_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, item_id, locale, n)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_release (
	bot_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	state TEXT DEFAULT '' NOT NULL, 
	made_ms INTEGER DEFAULT 0 NOT NULL, 
	go_ms INTEGER DEFAULT 0 NOT NULL, 
	live_ms INTEGER DEFAULT 0 NOT NULL, 
	zone TEXT DEFAULT '' NOT NULL, 
	author_id TEXT DEFAULT '' NOT NULL, 
	author TEXT DEFAULT '' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	generation INTEGER DEFAULT 0 NOT NULL, 
	undoes INTEGER DEFAULT 0 NOT NULL, 
	items TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, seq)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_comment (
	bot_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	item_id TEXT DEFAULT '' NOT NULL, 
	locale TEXT DEFAULT '' NOT NULL, 
	field TEXT DEFAULT '' NOT NULL, 
	author_id TEXT DEFAULT '' NOT NULL, 
	author TEXT DEFAULT '' NOT NULL, 
	at_ms INTEGER DEFAULT 0 NOT NULL, 
	words TEXT DEFAULT '' NOT NULL, 
	done_ms INTEGER DEFAULT 0 NOT NULL, 
	done_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX content_comment_item ON content_comment (bot_id, item_id, id);

CREATE TABLE content_position (
	bot_id TEXT NOT NULL, 
	generation INTEGER DEFAULT 0 NOT NULL, 
	edit INTEGER DEFAULT 0 NOT NULL, 
	last_release INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_worker (
	worker TEXT NOT NULL, 
	bot_id TEXT NOT NULL, 
	generation INTEGER DEFAULT 0 NOT NULL, 
	seen_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (worker, bot_id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_count (
	bot_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	day INTEGER NOT NULL, 
	shown INTEGER DEFAULT 0 NOT NULL, 
	clicked INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, item_id, day)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE media (
	bot_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	mime TEXT DEFAULT '' NOT NULL, 
	size INTEGER DEFAULT 0 NOT NULL, 
	width INTEGER DEFAULT 0 NOT NULL, 
	height INTEGER DEFAULT 0 NOT NULL, 
	sha256 TEXT DEFAULT '' NOT NULL, 
	blob_id TEXT DEFAULT '' NOT NULL, 
	alt TEXT DEFAULT '' NOT NULL, 
	focus_x INTEGER DEFAULT 0 NOT NULL, 
	focus_y INTEGER DEFAULT 0 NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	created_by TEXT DEFAULT '' NOT NULL, 
	edited_ms INTEGER DEFAULT 0 NOT NULL, 
	edited_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, id)
)
 WITHOUT ROWID,
 STRICT

;

CREATE UNIQUE INDEX media_name ON media (bot_id, name);

CREATE TABLE media_rendition (
	bot_id TEXT NOT NULL, 
	media_id TEXT NOT NULL, 
	label TEXT NOT NULL, 
	mime TEXT DEFAULT '' NOT NULL, 
	size INTEGER DEFAULT 0 NOT NULL, 
	width INTEGER DEFAULT 0 NOT NULL, 
	height INTEGER DEFAULT 0 NOT NULL, 
	sha256 TEXT DEFAULT '' NOT NULL, 
	blob_id TEXT DEFAULT '' NOT NULL, 
	created_ms INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, media_id, label)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE user_word (
	bot_id TEXT NOT NULL, 
	user_id TEXT NOT NULL, 
	word TEXT NOT NULL, 
	PRIMARY KEY (bot_id, user_id, word)
)
 WITHOUT ROWID,
 STRICT

;

CREATE INDEX user_word_word ON user_word (bot_id, word, user_id);

CREATE TABLE content_wording (
	bot_id TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	forbidden TEXT DEFAULT '' NOT NULL, 
	"instead" TEXT DEFAULT '' NOT NULL, 
	version INTEGER DEFAULT 0 NOT NULL, 
	edited_ms INTEGER DEFAULT 0 NOT NULL, 
	edited_by TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (bot_id, locale)
)
 WITHOUT ROWID,
 STRICT

;

CREATE TABLE content_variant (
	bot_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	variant TEXT NOT NULL, 
	day INTEGER NOT NULL, 
	shown INTEGER DEFAULT 0 NOT NULL, 
	clicked INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (bot_id, item_id, variant, day)
)
 WITHOUT ROWID,
 STRICT

;

INSERT INTO "alembic_version__core" VALUES ('0010', '0009')
