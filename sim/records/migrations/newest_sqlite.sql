CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)

CREATE TABLE team (
	team_id VARCHAR(32) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	is_demo BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, school VARCHAR(120) DEFAULT '' NOT NULL, external_id VARCHAR(255), last_number INTEGER DEFAULT '0' NOT NULL, chosen_by VARCHAR(32) DEFAULT '' NOT NULL, 
	PRIMARY KEY (team_id)
)

CREATE TABLE person (
	person_id VARCHAR(32) NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	created_at DATETIME NOT NULL, 
	left_at DATETIME, number INTEGER DEFAULT '0' NOT NULL, external_id VARCHAR(255), email VARCHAR(254), training_group VARCHAR(16) DEFAULT '' NOT NULL, roster_role VARCHAR(16) DEFAULT '' NOT NULL, roster_source VARCHAR(16) DEFAULT '' NOT NULL, joined_at DATETIME, 
	PRIMARY KEY (person_id), 
	FOREIGN KEY(team_id) REFERENCES team (team_id) ON DELETE CASCADE
)

CREATE INDEX ix_person_team_id ON person (team_id)

CREATE TABLE attempt (
	attempt_id VARCHAR(64) NOT NULL, 
	person_id VARCHAR(32), 
	form_id VARCHAR(80) NOT NULL, 
	form_version VARCHAR(80) NOT NULL, 
	recording_id VARCHAR(80) NOT NULL, 
	truth_sha256 VARCHAR(64) NOT NULL, 
	mode VARCHAR(16) NOT NULL, 
	phase VARCHAR(16), 
	is_demo BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	limit_s DOUBLE NOT NULL, 
	created_at DATETIME NOT NULL, 
	briefed_at DATETIME, 
	released_at DATETIME, 
	ended_at DATETIME, 
	mark_wall DATETIME, 
	mark_steady_s DOUBLE, 
	mark_epoch VARCHAR(32), 
	mark_elapsed_s DOUBLE, 
	used_s DOUBLE, 
	sealed BOOLEAN NOT NULL, 
	leader_tab VARCHAR(36), 
	score_json TEXT, 
	metric_versions TEXT, profile VARCHAR(16) DEFAULT 'classic' NOT NULL, stall_s DOUBLE, options VARCHAR(120) DEFAULT '' NOT NULL, step_id VARCHAR(32) REFERENCES programme_step (step_id), extra_time DOUBLE DEFAULT '1.0' NOT NULL, device VARCHAR(16), idf1 DOUBLE, leg_recall DOUBLE, leg_precision DOUBLE, wrong_person_s DOUBLE, unheard_s DOUBLE, late_events INTEGER, mark_tabs INTEGER, known_by VARCHAR(16), paused_at DATETIME, paused_s DOUBLE DEFAULT '0' NOT NULL, 
	PRIMARY KEY (attempt_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE
)

CREATE INDEX ix_attempt_person_id ON attempt (person_id)

CREATE INDEX ix_attempt_state ON attempt (state)

CREATE TABLE attempt_tab (
	attempt_id VARCHAR(64) NOT NULL, 
	tab_id VARCHAR(36) NOT NULL, 
	acked_seq INTEGER NOT NULL, heard_s DOUBLE, since_s DOUBLE, stored INTEGER DEFAULT '0' NOT NULL, stored_bytes INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (attempt_id, tab_id), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE TABLE attempt_event (
	attempt_id VARCHAR(64) NOT NULL, 
	tab_id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	t_client_ms DOUBLE NOT NULL, 
	payload TEXT NOT NULL, 
	arrived_at DATETIME NOT NULL, 
	arrived_s DOUBLE NOT NULL, 
	counted BOOLEAN NOT NULL, floor_s DOUBLE, 
	PRIMARY KEY (attempt_id, tab_id, seq), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE TABLE crew (
	crew_id VARCHAR(32) NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	form_id VARCHAR(80) NOT NULL, 
	leading VARCHAR(16) NOT NULL, 
	created_at DATETIME NOT NULL, 
	score_json TEXT, 
	PRIMARY KEY (crew_id), 
	FOREIGN KEY(team_id) REFERENCES team (team_id) ON DELETE CASCADE
)

CREATE INDEX ix_crew_team_id ON crew (team_id)

CREATE TABLE crew_member (
	crew_id VARCHAR(32) NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	attempt_id VARCHAR(64) NOT NULL, 
	seen_at DATETIME, 
	camera_id VARCHAR(80), 
	PRIMARY KEY (crew_id, role), 
	FOREIGN KEY(crew_id) REFERENCES crew (crew_id) ON DELETE CASCADE, 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE, 
	UNIQUE (attempt_id), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE INDEX ix_crew_member_person_id ON crew_member (person_id)

CREATE TABLE crew_feed (
	crew_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	at_s DOUBLE NOT NULL, 
	payload TEXT NOT NULL, 
	PRIMARY KEY (crew_id, number), 
	FOREIGN KEY(crew_id) REFERENCES crew (crew_id) ON DELETE CASCADE
)

CREATE TABLE programme (
	programme_id VARCHAR(32) NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	aim VARCHAR(300) NOT NULL, 
	recording_id VARCHAR(80) NOT NULL, 
	profile VARCHAR(16) NOT NULL, 
	options VARCHAR(120) NOT NULL, 
	time_zone VARCHAR(64) NOT NULL, 
	training_on DATE, 
	training_at VARCHAR(5) NOT NULL, 
	request_key VARCHAR(64) NOT NULL, 
	calendar_number INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	closed_at DATETIME, waiting_seed INTEGER, 
	PRIMARY KEY (programme_id), 
	FOREIGN KEY(team_id) REFERENCES team (team_id) ON DELETE CASCADE, 
	UNIQUE (request_key)
)

CREATE INDEX ix_programme_team_id ON programme (team_id)

CREATE TABLE programme_step (
	step_id VARCHAR(32) NOT NULL, 
	programme_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	number INTEGER NOT NULL, 
	due_from DATE NOT NULL, 
	due_to DATE NOT NULL, 
	dropped_at DATETIME, 
	PRIMARY KEY (step_id), 
	FOREIGN KEY(programme_id) REFERENCES programme (programme_id) ON DELETE CASCADE
)

CREATE INDEX ix_programme_step_programme_id ON programme_step (programme_id)

CREATE TABLE programme_change (
	change_id INTEGER NOT NULL, 
	programme_id VARCHAR(32) NOT NULL, 
	changed_at DATETIME NOT NULL, 
	words VARCHAR(400) NOT NULL, 
	PRIMARY KEY (change_id), 
	FOREIGN KEY(programme_id) REFERENCES programme (programme_id) ON DELETE CASCADE
)

CREATE INDEX ix_programme_change_programme_id ON programme_change (programme_id)

CREATE INDEX ix_attempt_step_id ON attempt (step_id)

CREATE TABLE exposure (
	person_id VARCHAR(32) NOT NULL, 
	form_id VARCHAR(80) NOT NULL, 
	attempt_id VARCHAR(64), 
	given_at DATETIME NOT NULL, 
	how VARCHAR(16) NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	PRIMARY KEY (person_id, form_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE, 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE SET NULL
)

CREATE INDEX ix_exposure_attempt_id ON exposure (attempt_id)

CREATE TABLE session (
	session_id VARCHAR(32) NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	step_id VARCHAR(32), 
	makes_up VARCHAR(32), 
	kind VARCHAR(16) NOT NULL, 
	starting VARCHAR(16) NOT NULL, 
	profile VARCHAR(16) NOT NULL, 
	options VARCHAR(120) NOT NULL, 
	place VARCHAR(120) NOT NULL, 
	code VARCHAR(16) NOT NULL, 
	link_number INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	briefing_at DATETIME, 
	started_at DATETIME, 
	ended_at DATETIME, planned_at DATETIME, starts_at DATETIME, paused_at DATETIME, paused_s DOUBLE DEFAULT '0' NOT NULL, recording_id VARCHAR(80), form_id VARCHAR(80), voided_at DATETIME, void_reason VARCHAR(200) DEFAULT '' NOT NULL, 
	PRIMARY KEY (session_id), 
	FOREIGN KEY(team_id) REFERENCES team (team_id) ON DELETE CASCADE, 
	FOREIGN KEY(step_id) REFERENCES programme_step (step_id) ON DELETE SET NULL, 
	FOREIGN KEY(makes_up) REFERENCES session (session_id) ON DELETE SET NULL
)

CREATE INDEX ix_session_team_id ON session (team_id)

CREATE INDEX ix_session_step_id ON session (step_id)

CREATE INDEX ix_session_code ON session (code)

CREATE TABLE session_person (
	session_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	attendance VARCHAR(16) NOT NULL, 
	extra_time DOUBLE NOT NULL, 
	seat INTEGER NOT NULL, 
	return_code VARCHAR(16) NOT NULL, 
	attempt_id VARCHAR(64), 
	joined_at DATETIME, 
	seen_at DATETIME, 
	PRIMARY KEY (session_id, person_id), 
	FOREIGN KEY(session_id) REFERENCES session (session_id) ON DELETE CASCADE, 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE, 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE SET NULL
)

CREATE INDEX ix_session_person_attempt_id ON session_person (attempt_id)

CREATE TABLE attendance_change (
	session_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	was VARCHAR(16) NOT NULL, 
	became VARCHAR(16) NOT NULL, 
	reason VARCHAR(200) NOT NULL, 
	changed_at DATETIME NOT NULL, 
	PRIMARY KEY (session_id, person_id, number), 
	FOREIGN KEY(session_id, person_id) REFERENCES session_person (session_id, person_id) ON DELETE CASCADE
)

CREATE TABLE attempt_help (
	attempt_id VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	asked_at DATETIME NOT NULL, 
	elapsed_s DOUBLE NOT NULL, 
	answered_at DATETIME, 
	PRIMARY KEY (attempt_id, number), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE TABLE programme_place (
	programme_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	place INTEGER NOT NULL, 
	PRIMARY KEY (programme_id, person_id), 
	FOREIGN KEY(programme_id) REFERENCES programme (programme_id) ON DELETE CASCADE, 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE
)

CREATE TABLE account (
	account_id VARCHAR(32) NOT NULL, 
	sign_in_name VARCHAR(120) NOT NULL, 
	sign_in_key VARCHAR(240) NOT NULL, 
	display_name VARCHAR(120) NOT NULL, 
	secret_hash VARCHAR(200), 
	roles VARCHAR(80) NOT NULL, 
	person_id VARCHAR(32), 
	created_at DATETIME NOT NULL, 
	disabled_at DATETIME, secret_source VARCHAR(16) DEFAULT '' NOT NULL, schools TEXT, 
	PRIMARY KEY (account_id), 
	UNIQUE (sign_in_key), 
	UNIQUE (person_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE
)

CREATE TABLE account_identity (
	external_id VARCHAR(255) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	PRIMARY KEY (external_id), 
	FOREIGN KEY(account_id) REFERENCES account (account_id) ON DELETE CASCADE
)

CREATE INDEX ix_account_identity_account_id ON account_identity (account_id)

CREATE TABLE account_session (
	secret_sha256 VARCHAR(64) NOT NULL, 
	account_id VARCHAR(32) NOT NULL, 
	how VARCHAR(40) NOT NULL, 
	created_at DATETIME NOT NULL, 
	used_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	PRIMARY KEY (secret_sha256), 
	FOREIGN KEY(account_id) REFERENCES account (account_id) ON DELETE CASCADE
)

CREATE INDEX ix_account_session_account_id ON account_session (account_id)

CREATE TABLE sign_in_failure (
	subject VARCHAR(80) NOT NULL, 
	count INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	steady_s DOUBLE NOT NULL, 
	epoch VARCHAR(32) NOT NULL, 
	PRIMARY KEY (subject)
)

CREATE TABLE ledger_entry (
	number INTEGER NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	previous_sha256 VARCHAR(64) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (number)
)

CREATE INDEX ix_ledger_entry_at ON ledger_entry (at)

CREATE TABLE ledger_content (
	number INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	team_id VARCHAR(32), 
	session_id VARCHAR(32), 
	person_id VARCHAR(32), 
	attempt_id VARCHAR(64), 
	PRIMARY KEY (number), 
	FOREIGN KEY(number) REFERENCES ledger_entry (number)
)

CREATE INDEX ix_ledger_content_team_id ON ledger_content (team_id)

CREATE INDEX ix_ledger_content_session_id ON ledger_content (session_id)

CREATE INDEX ix_ledger_content_person_id ON ledger_content (person_id)

CREATE INDEX ix_ledger_content_attempt_id ON ledger_content (attempt_id)

CREATE TABLE ledger_removal (
	number INTEGER NOT NULL, 
	by_number INTEGER NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(number) REFERENCES ledger_entry (number), 
	FOREIGN KEY(by_number) REFERENCES ledger_entry (number)
)

CREATE TABLE legal_hold (
	hold_id VARCHAR(32) NOT NULL, 
	scope VARCHAR(16) NOT NULL, 
	subject_id VARCHAR(32) NOT NULL, 
	reason VARCHAR(300) NOT NULL, 
	placed_by VARCHAR(120) NOT NULL, 
	placed_at DATETIME NOT NULL, 
	released_at DATETIME, 
	released_by VARCHAR(120) DEFAULT '' NOT NULL, 
	release_reason VARCHAR(300) DEFAULT '' NOT NULL, 
	PRIMARY KEY (hold_id)
)

CREATE INDEX ix_legal_hold_subject_id ON legal_hold (subject_id)

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END

CREATE TRIGGER ledger_removal_no_update BEFORE UPDATE ON ledger_removal BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END

CREATE TRIGGER ledger_content_no_update BEFORE UPDATE ON ledger_content BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END

CREATE TRIGGER ledger_removal_no_delete BEFORE DELETE ON ledger_removal BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END

CREATE TRIGGER ledger_content_no_delete BEFORE DELETE ON ledger_content WHEN NOT EXISTS (SELECT 1 FROM ledger_removal WHERE ledger_removal.number = OLD.number) BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END

CREATE UNIQUE INDEX ix_team_external_id ON team (external_id)

CREATE UNIQUE INDEX ix_person_external_id ON person (external_id)

CREATE UNIQUE INDEX ix_person_email ON person (email)

CREATE TABLE attempt_silence (
	attempt_id VARCHAR(64) NOT NULL, 
	tab_id VARCHAR(36) NOT NULL, 
	from_s DOUBLE NOT NULL, 
	to_s DOUBLE NOT NULL, 
	late INTEGER NOT NULL, 
	is_offline BOOLEAN NOT NULL, 
	PRIMARY KEY (attempt_id, tab_id, from_s), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE TABLE link (
	link_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	attempt_id VARCHAR(64), 
	issued_by VARCHAR(120) NOT NULL, 
	issued_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	PRIMARY KEY (link_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE, 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE INDEX ix_link_person_id ON link (person_id)

CREATE INDEX ix_link_attempt_id ON link (attempt_id)

CREATE TABLE learner_attempt (
	attempt_id VARCHAR(64) NOT NULL, 
	browser_sha256 VARCHAR(64), 
	lesson_id VARCHAR(80), 
	is_helped BOOLEAN NOT NULL, 
	is_easier BOOLEAN NOT NULL, 
	PRIMARY KEY (attempt_id), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
)

CREATE INDEX ix_learner_attempt_browser_sha256 ON learner_attempt (browser_sha256)

CREATE INDEX ix_learner_attempt_lesson_id ON learner_attempt (lesson_id)

CREATE TABLE lrs_statement (
	statement_id VARCHAR(36) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	ledger_number INTEGER NOT NULL, 
	body TEXT NOT NULL, 
	queued_at DATETIME NOT NULL, 
	PRIMARY KEY (statement_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE
)

CREATE INDEX ix_lrs_statement_person_id ON lrs_statement (person_id)

CREATE INDEX ix_lrs_statement_ledger_number ON lrs_statement (ledger_number)

CREATE TABLE lrs_state (
	store_url VARCHAR(300) NOT NULL, 
	ledger_number INTEGER NOT NULL, 
	sent_count INTEGER DEFAULT '0' NOT NULL, 
	sent_at DATETIME, 
	failed_at DATETIME, 
	failure VARCHAR(300) DEFAULT '' NOT NULL, 
	PRIMARY KEY (store_url)
)

CREATE TABLE mail_message (
	message_id VARCHAR(32) NOT NULL, 
	person_id VARCHAR(32) NOT NULL, 
	"key" VARCHAR(160) NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	body TEXT NOT NULL, 
	queued_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	refused VARCHAR(200) DEFAULT '' NOT NULL, 
	PRIMARY KEY (message_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE, 
	UNIQUE ("key")
)

CREATE INDEX ix_mail_message_person_id ON mail_message (person_id)

CREATE TABLE mail_state (
	server VARCHAR(300) NOT NULL, 
	sent_count INTEGER DEFAULT '0' NOT NULL, 
	sent_at DATETIME, 
	failed_at DATETIME, 
	failure VARCHAR(300) DEFAULT '' NOT NULL, 
	queued_up_to DATETIME, 
	PRIMARY KEY (server)
)

CREATE TABLE mail_stop (
	person_id VARCHAR(32) NOT NULL, 
	stopped_at DATETIME NOT NULL, 
	PRIMARY KEY (person_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE
)

CREATE TABLE day_off (
	day_off_id VARCHAR(32) NOT NULL, 
	first_on DATE NOT NULL, 
	last_on DATE NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	PRIMARY KEY (day_off_id)
)

CREATE TABLE account_totp (
	account_id VARCHAR(32) NOT NULL, 
	nonce VARCHAR(64) NOT NULL, 
	confirmed_at DATETIME, 
	last_step INTEGER DEFAULT '0' NOT NULL, 
	recovery TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (account_id), 
	FOREIGN KEY(account_id) REFERENCES account (account_id) ON DELETE CASCADE
)

CREATE TABLE lti_platform (
	platform_id VARCHAR(32) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	issuer VARCHAR(255) NOT NULL, 
	client_id VARCHAR(255) NOT NULL, 
	deployments TEXT NOT NULL, 
	auth_url VARCHAR(1000) NOT NULL, 
	token_url VARCHAR(1000) NOT NULL, 
	token_audience VARCHAR(1000) DEFAULT '' NOT NULL, 
	keys_url VARCHAR(1000) NOT NULL, 
	trusts_email BOOLEAN NOT NULL, 
	takes_in BOOLEAN NOT NULL, 
	school VARCHAR(80) DEFAULT '' NOT NULL, 
	created_at DATETIME NOT NULL, 
	sent_count INTEGER DEFAULT '0' NOT NULL, 
	sent_at DATETIME, 
	failed_at DATETIME, 
	failure VARCHAR(300) DEFAULT '' NOT NULL, 
	PRIMARY KEY (platform_id), 
	CONSTRAINT uq_lti_platform_issuer_client_id UNIQUE (issuer, client_id)
)

CREATE TABLE lti_nonce (
	nonce_sha256 VARCHAR(64) NOT NULL, 
	used_at DATETIME NOT NULL, 
	PRIMARY KEY (nonce_sha256)
)

CREATE INDEX ix_lti_nonce_used_at ON lti_nonce (used_at)

CREATE TABLE lti_course (
	course_id VARCHAR(32) NOT NULL, 
	platform_id VARCHAR(32) NOT NULL, 
	context_id VARCHAR(255) NOT NULL, 
	title VARCHAR(120) NOT NULL, 
	members_url VARCHAR(1000) NOT NULL, 
	seen_at DATETIME NOT NULL, 
	PRIMARY KEY (course_id), 
	FOREIGN KEY(platform_id) REFERENCES lti_platform (platform_id) ON DELETE CASCADE
)

CREATE INDEX ix_lti_course_platform_id ON lti_course (platform_id)

CREATE TABLE lti_result (
	attempt_id VARCHAR(64) NOT NULL, 
	platform_id VARCHAR(32) NOT NULL, 
	subject VARCHAR(255) NOT NULL, 
	line_item VARCHAR(1000) NOT NULL, 
	created_at DATETIME NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	next_at DATETIME, 
	done_at DATETIME, 
	score DOUBLE, 
	refused VARCHAR(200) DEFAULT '' NOT NULL, 
	PRIMARY KEY (attempt_id), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE, 
	FOREIGN KEY(platform_id) REFERENCES lti_platform (platform_id) ON DELETE CASCADE
)

CREATE INDEX ix_lti_result_platform_id ON lti_result (platform_id)

CREATE INDEX ix_lti_result_done_at ON lti_result (done_at)

CREATE TABLE cmi5_session (
	session_id VARCHAR(32) NOT NULL, 
	attempt_id VARCHAR(64) NOT NULL, 
	once VARCHAR(64) NOT NULL, 
	endpoint VARCHAR(1000) NOT NULL, 
	token TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	activity VARCHAR(1000) NOT NULL, 
	context TEXT NOT NULL, 
	is_judged BOOLEAN NOT NULL, 
	begun_at DATETIME NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	next_at DATETIME, 
	done_at DATETIME, 
	has_completed BOOLEAN NOT NULL, 
	has_passed BOOLEAN NOT NULL, 
	failure VARCHAR(300) DEFAULT '' NOT NULL, 
	PRIMARY KEY (session_id)
)

CREATE INDEX ix_cmi5_session_attempt_id ON cmi5_session (attempt_id)

CREATE INDEX ix_cmi5_session_once ON cmi5_session (once)

CREATE INDEX ix_cmi5_session_done_at ON cmi5_session (done_at)

INSERT INTO alembic_version VALUES ('0031')
