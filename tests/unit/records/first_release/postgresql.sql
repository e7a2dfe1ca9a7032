-- A database as the first release made and filled it (revision 0001). Never written again.
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.attempt (
    attempt_id character varying(64) NOT NULL,
    person_id character varying(32),
    form_id character varying(80) NOT NULL,
    form_version character varying(80) NOT NULL,
    recording_id character varying(80) NOT NULL,
    truth_sha256 character varying(64) NOT NULL,
    mode character varying(16) NOT NULL,
    phase character varying(16),
    is_demo boolean NOT NULL,
    state character varying(16) NOT NULL,
    limit_s double precision NOT NULL,
    created_at timestamp with time zone NOT NULL,
    briefed_at timestamp with time zone,
    released_at timestamp with time zone,
    ended_at timestamp with time zone,
    mark_wall timestamp with time zone,
    mark_steady_s double precision,
    mark_epoch character varying(32),
    mark_elapsed_s double precision,
    used_s double precision,
    sealed boolean NOT NULL,
    leader_tab character varying(36),
    score_json text,
    metric_versions text
);
CREATE TABLE public.attempt_event (
    attempt_id character varying(64) NOT NULL,
    tab_id character varying(36) NOT NULL,
    seq integer NOT NULL,
    kind character varying(16) NOT NULL,
    t_client_ms double precision NOT NULL,
    payload text NOT NULL,
    arrived_at timestamp with time zone NOT NULL,
    arrived_s double precision NOT NULL,
    counted boolean NOT NULL
);
CREATE TABLE public.attempt_tab (
    attempt_id character varying(64) NOT NULL,
    tab_id character varying(36) NOT NULL,
    acked_seq integer NOT NULL
);
CREATE TABLE public.person (
    person_id character varying(32) NOT NULL,
    team_id character varying(32) NOT NULL,
    name character varying(120) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone
);
CREATE TABLE public.team (
    team_id character varying(32) NOT NULL,
    name character varying(120) NOT NULL,
    is_demo boolean NOT NULL,
    created_at timestamp with time zone NOT NULL
);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.attempt VALUES ('a-assigned', 'p-ana', 'ridge-2', '0123456789abcdef', 'maple-ridge-arrival', 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'assessment', 'after', false, 'assigned', 420, '2026-01-12 14:30:00.25+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL);
INSERT INTO public.attempt VALUES ('a-running', 'p-ben', 'ridge-1', '0123456789abcdef', 'maple-ridge-arrival', 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'assessment', 'before', false, 'running', 420, '2026-01-12 14:30:00.25+00', '2026-01-12 14:31:00.25+00', '2026-01-12 14:31:30.25+00', NULL, '2026-01-12 14:32:30.375+00', 5150.125, '0f1e2d3c4b5a6978', 60.125, NULL, false, '11111111-1111-4111-8111-111111111111', NULL, NULL);
INSERT INTO public.attempt VALUES ('a-done', 'p-ana', 'ridge-1', '0123456789abcdef', 'maple-ridge-arrival', 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'assessment', 'before', false, 'submitted', 420, '2026-01-12 14:30:00.25+00', '2026-01-12 14:31:00.25+00', '2026-01-12 14:31:30.25+00', '2026-01-12 14:35:01.75+00', '2026-01-12 14:35:01.75+00', 5301.5, '0f1e2d3c4b5a6978', 211.5, 211.5, true, '11111111-1111-4111-8111-111111111111', '{"idf1": 0.62, "leg_precision": 1.0, "leg_recall": 0.75, "passed": true, "wrong_person_s": 4.5}', '{"idf1": 1, "leg_recall": 1}');
INSERT INTO public.attempt VALUES ('a-late', 'p-demo', 'ridge-1', '0123456789abcdef', 'maple-ridge-arrival', 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'assessment', 'before', true, 'timed_out', 420, '2026-01-12 14:30:00.25+00', '2026-01-12 14:31:00.25+00', '2026-01-12 14:31:30.25+00', '2026-01-12 14:38:31.25+00', '2026-01-12 14:38:31.25+00', 5511, '0f1e2d3c4b5a6978', 421, 420, true, NULL, NULL, NULL);
INSERT INTO public.attempt VALUES ('a-sample', NULL, 'ridge-practice', '0123456789abcdef', 'maple-ridge-arrival', 'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1', 'practice', NULL, false, 'abandoned', 420, '2026-01-12 14:30:00.25+00', '2026-01-12 14:31:00.25+00', '2026-01-12 14:31:30.25+00', '2026-01-12 14:32:00.25+00', '2026-01-12 14:32:00.25+00', 5120, '0f1e2d3c4b5a6978', 30, 30, true, NULL, NULL, NULL);
INSERT INTO public.attempt_event VALUES ('a-done', '11111111-1111-4111-8111-111111111111', 1, 'open', 12.5, '{"height":768,"touch":false,"width":1366}', '2026-01-12 14:31:30.3025+00', 0.0525, true);
INSERT INTO public.attempt_event VALUES ('a-done', '11111111-1111-4111-8111-111111111111', 2, 'fix', 4100, '{"camera_id":"CAM-02","fix_id":"f1","frame":32,"t_s":3.2,"x":0.5,"y":0.25}', '2026-01-12 14:31:34.39+00', 4.14, true);
INSERT INTO public.attempt_event VALUES ('a-done', '11111111-1111-4111-8111-111111111111', 4, 'pause', 5000.25, '{"t_s":3.2}', '2026-01-12 14:31:35.29025+00', 5.04025, true);
INSERT INTO public.attempt_event VALUES ('a-running', '11111111-1111-4111-8111-111111111111', 1, 'open', 12.5, '{"height":768,"touch":false,"width":1366}', '2026-01-12 14:31:30.3025+00', 0.0525, true);
INSERT INTO public.attempt_event VALUES ('a-running', '11111111-1111-4111-8111-111111111111', 2, 'fix', 4100, '{"camera_id":"CAM-02","fix_id":"f1","frame":32,"t_s":3.2,"x":0.5,"y":0.25}', '2026-01-12 14:31:34.39+00', 4.14, true);
INSERT INTO public.attempt_event VALUES ('a-running', '11111111-1111-4111-8111-111111111111', 4, 'pause', 5000.25, '{"t_s":3.2}', '2026-01-12 14:31:35.29025+00', 5.04025, true);
INSERT INTO public.attempt_event VALUES ('a-done', '22222222-2222-4222-8222-222222222222', 1, 'submit', 211000, '{"final_zone":"library","not_on_camera":false,"note":"\u00e9 ''quoted'' \\ \"x\"; --"}', '2026-01-12 14:35:01.29+00', 211.04, true);
INSERT INTO public.attempt_event VALUES ('a-done', '22222222-2222-4222-8222-222222222222', 2, 'pause', 999999, '{"t_s":1.0}', '2026-01-12 14:48:10.289+00', 1000.039, false);
INSERT INTO public.attempt_tab VALUES ('a-done', '11111111-1111-4111-8111-111111111111', 2);
INSERT INTO public.attempt_tab VALUES ('a-running', '11111111-1111-4111-8111-111111111111', 2);
INSERT INTO public.attempt_tab VALUES ('a-done', '22222222-2222-4222-8222-222222222222', 2);
INSERT INTO public.person VALUES ('p-ana', 'team-a', 'Ana López', '2026-01-12 14:30:00.25+00', NULL);
INSERT INTO public.person VALUES ('p-ben', 'team-a', 'Ben <b>Hill</b>', '2026-01-12 14:30:00.25+00', '2026-01-15 14:30:00.25+00');
INSERT INTO public.person VALUES ('p-demo', 'team-d', 'Demo 1', '2026-01-12 14:30:00.25+00', NULL);
INSERT INTO public.team VALUES ('team-a', 'Front office "north" & O''Neil', false, '2026-01-12 14:30:00.25+00');
INSERT INTO public.team VALUES ('team-d', 'Demo', true, '2026-01-12 14:30:00.25+00');
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.attempt_event
    ADD CONSTRAINT attempt_event_pkey PRIMARY KEY (attempt_id, tab_id, seq);
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_pkey PRIMARY KEY (attempt_id);
ALTER TABLE ONLY public.attempt_tab
    ADD CONSTRAINT attempt_tab_pkey PRIMARY KEY (attempt_id, tab_id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (person_id);
ALTER TABLE ONLY public.team
    ADD CONSTRAINT team_pkey PRIMARY KEY (team_id);
CREATE INDEX ix_attempt_person_id ON public.attempt USING btree (person_id);
CREATE INDEX ix_attempt_state ON public.attempt USING btree (state);
CREATE INDEX ix_person_team_id ON public.person USING btree (team_id);
ALTER TABLE ONLY public.attempt_event
    ADD CONSTRAINT attempt_event_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES public.attempt(attempt_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT attempt_person_id_fkey FOREIGN KEY (person_id) REFERENCES public.person(person_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.attempt_tab
    ADD CONSTRAINT attempt_tab_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES public.attempt(attempt_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.person
    ADD CONSTRAINT person_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.team(team_id) ON DELETE CASCADE;
