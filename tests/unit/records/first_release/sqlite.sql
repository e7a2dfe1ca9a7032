-- A database as the first release made and filled it (revision 0001). Never written again.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
	metric_versions TEXT, 
	PRIMARY KEY (attempt_id), 
	FOREIGN KEY(person_id) REFERENCES person (person_id) ON DELETE CASCADE
);
INSERT INTO "attempt" VALUES('a-assigned','p-ana','ridge-2','0123456789abcdef','maple-ridge-arrival','a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1','assessment','after',0,'assigned',420.0,'2026-01-12 14:30:00.250000',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES('a-running','p-ben','ridge-1','0123456789abcdef','maple-ridge-arrival','a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1','assessment','before',0,'running',420.0,'2026-01-12 14:30:00.250000','2026-01-12 14:31:00.250000','2026-01-12 14:31:30.250000',NULL,'2026-01-12 14:32:30.375000',5150.125,'0f1e2d3c4b5a6978',60.125,NULL,0,'11111111-1111-4111-8111-111111111111',NULL,NULL);
INSERT INTO "attempt" VALUES('a-done','p-ana','ridge-1','0123456789abcdef','maple-ridge-arrival','a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1','assessment','before',0,'submitted',420.0,'2026-01-12 14:30:00.250000','2026-01-12 14:31:00.250000','2026-01-12 14:31:30.250000','2026-01-12 14:35:01.750000','2026-01-12 14:35:01.750000',5301.5,'0f1e2d3c4b5a6978',211.5,211.5,1,'11111111-1111-4111-8111-111111111111','{"idf1": 0.62, "leg_precision": 1.0, "leg_recall": 0.75, "passed": true, "wrong_person_s": 4.5}','{"idf1": 1, "leg_recall": 1}');
INSERT INTO "attempt" VALUES('a-late','p-demo','ridge-1','0123456789abcdef','maple-ridge-arrival','a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1','assessment','before',1,'timed_out',420.0,'2026-01-12 14:30:00.250000','2026-01-12 14:31:00.250000','2026-01-12 14:31:30.250000','2026-01-12 14:38:31.250000','2026-01-12 14:38:31.250000',5511.0,'0f1e2d3c4b5a6978',421.0,420.0,1,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES('a-sample',NULL,'ridge-practice','0123456789abcdef','maple-ridge-arrival','a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1','practice',NULL,0,'abandoned',420.0,'2026-01-12 14:30:00.250000','2026-01-12 14:31:00.250000','2026-01-12 14:31:30.250000','2026-01-12 14:32:00.250000','2026-01-12 14:32:00.250000',5120.0,'0f1e2d3c4b5a6978',30.0,30.0,1,NULL,NULL,NULL);
CREATE TABLE attempt_event (
	attempt_id VARCHAR(64) NOT NULL, 
	tab_id VARCHAR(36) NOT NULL, 
	seq INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	t_client_ms DOUBLE NOT NULL, 
	payload TEXT NOT NULL, 
	arrived_at DATETIME NOT NULL, 
	arrived_s DOUBLE NOT NULL, 
	counted BOOLEAN NOT NULL, 
	PRIMARY KEY (attempt_id, tab_id, seq), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
);
INSERT INTO "attempt_event" VALUES('a-done','11111111-1111-4111-8111-111111111111',1,'open',12.5,'{"height":768,"touch":false,"width":1366}','2026-01-12 14:31:30.302500',0.0525,1);
INSERT INTO "attempt_event" VALUES('a-done','11111111-1111-4111-8111-111111111111',2,'fix',4100.0,'{"camera_id":"CAM-02","fix_id":"f1","frame":32,"t_s":3.2,"x":0.5,"y":0.25}','2026-01-12 14:31:34.390000',4.14,1);
INSERT INTO "attempt_event" VALUES('a-done','11111111-1111-4111-8111-111111111111',4,'pause',5000.25,'{"t_s":3.2}','2026-01-12 14:31:35.290250',5.04025,1);
INSERT INTO "attempt_event" VALUES('a-running','11111111-1111-4111-8111-111111111111',1,'open',12.5,'{"height":768,"touch":false,"width":1366}','2026-01-12 14:31:30.302500',0.0525,1);
INSERT INTO "attempt_event" VALUES('a-running','11111111-1111-4111-8111-111111111111',2,'fix',4100.0,'{"camera_id":"CAM-02","fix_id":"f1","frame":32,"t_s":3.2,"x":0.5,"y":0.25}','2026-01-12 14:31:34.390000',4.14,1);
INSERT INTO "attempt_event" VALUES('a-running','11111111-1111-4111-8111-111111111111',4,'pause',5000.25,'{"t_s":3.2}','2026-01-12 14:31:35.290250',5.04025,1);
INSERT INTO "attempt_event" VALUES('a-done','22222222-2222-4222-8222-222222222222',1,'submit',211000.0,'{"final_zone":"library","not_on_camera":false,"note":"\u00e9 ''quoted'' \\ \"x\"; --"}','2026-01-12 14:35:01.290000',211.04,1);
INSERT INTO "attempt_event" VALUES('a-done','22222222-2222-4222-8222-222222222222',2,'pause',999999.0,'{"t_s":1.0}','2026-01-12 14:48:10.289000',1000.039,0);
CREATE TABLE attempt_tab (
	attempt_id VARCHAR(64) NOT NULL, 
	tab_id VARCHAR(36) NOT NULL, 
	acked_seq INTEGER NOT NULL, 
	PRIMARY KEY (attempt_id, tab_id), 
	FOREIGN KEY(attempt_id) REFERENCES attempt (attempt_id) ON DELETE CASCADE
);
INSERT INTO "attempt_tab" VALUES('a-done','11111111-1111-4111-8111-111111111111',2);
INSERT INTO "attempt_tab" VALUES('a-running','11111111-1111-4111-8111-111111111111',2);
INSERT INTO "attempt_tab" VALUES('a-done','22222222-2222-4222-8222-222222222222',2);
CREATE TABLE person (
	person_id VARCHAR(32) NOT NULL, 
	team_id VARCHAR(32) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	created_at DATETIME NOT NULL, 
	left_at DATETIME, 
	PRIMARY KEY (person_id), 
	FOREIGN KEY(team_id) REFERENCES team (team_id) ON DELETE CASCADE
);
INSERT INTO "person" VALUES('p-ana','team-a','Ana López','2026-01-12 14:30:00.250000',NULL);
INSERT INTO "person" VALUES('p-ben','team-a','Ben <b>Hill</b>','2026-01-12 14:30:00.250000','2026-01-15 14:30:00.250000');
INSERT INTO "person" VALUES('p-demo','team-d','Demo 1','2026-01-12 14:30:00.250000',NULL);
CREATE TABLE team (
	team_id VARCHAR(32) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	is_demo BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	PRIMARY KEY (team_id)
);
INSERT INTO "team" VALUES('team-a','Front office "north" & O''Neil',0,'2026-01-12 14:30:00.250000');
INSERT INTO "team" VALUES('team-d','Demo',1,'2026-01-12 14:30:00.250000');
CREATE INDEX ix_person_team_id ON person (team_id);
CREATE INDEX ix_attempt_person_id ON attempt (person_id);
CREATE INDEX ix_attempt_state ON attempt (state);
COMMIT;
