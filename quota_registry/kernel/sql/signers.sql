-- Whoever signs is somebody: asked once a statement, not once an event by a foreign key, which
-- would share a lock on one and the same person for every row of a list (docs/adr/0003).

CREATE FUNCTION guard.signer(target name) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    signed CONSTANT bigint := guard.person();
BEGIN
    IF signed IS NULL AND session_user = 'quota_app'
       OR signed IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.kernel_person AS p WHERE p.id = signed) THEN
        RAISE EXCEPTION '无经办人，不得修改：%', target
            USING ERRCODE = 'QG002', CONSTRAINT = 'no_event_is_without_a_person';
    END IF;
    RETURN signed;
END
$$;
COMMENT ON FUNCTION guard.signer(name)
    IS 'The person who signed this change, or null where the owner works; refuses nobody.';

CREATE OR REPLACE FUNCTION guard.note_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- A history is no place for secrets, nor for every sign-in.
    unseen text[] := ARRAY['password', 'session_key', 'last_login', 'hashed_key', 'last_used_on'];
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - unseen END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - unseen END;
BEGIN
    IF TG_OP = 'UPDATE' AND old_row = new_row THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.kernel_rowevent
        ("table", key, verb, before, after, person_id, db_role, request, at)
    VALUES (
        TG_TABLE_NAME,
        coalesce(new_row, old_row) ->> TG_ARGV[0],
        lower(TG_OP), old_row, new_row,
        guard.signer(TG_TABLE_NAME), session_user,
        coalesce(current_setting('quota.request', true), ''),
        clock_timestamp()
    );
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION guard.note_new_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- A history is no place for secrets, nor for every sign-in; most tables have none.
    unseen text[] := ARRAY['password', 'session_key', 'last_login', 'hashed_key', 'last_used_on'];
    asked text := coalesce(current_setting('quota.request', true), '');
    signed bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM new_rows) THEN
        RETURN NULL;
    END IF;
    signed := guard.signer(TG_TABLE_NAME);
    INSERT INTO public.kernel_rowevent
        ("table", key, verb, before, after, person_id, db_role, request, at)
    SELECT TG_TABLE_NAME, n.new_row ->> TG_ARGV[0], 'insert', NULL,
           CASE WHEN n.new_row ?| unseen THEN n.new_row - unseen ELSE n.new_row END,
           signed, session_user, asked, clock_timestamp()
      FROM (SELECT to_jsonb(r) AS new_row FROM new_rows AS r OFFSET 0) AS n;
    RETURN NULL;
END
$$;

-- What was looked up once stays true: nobody who may have signed goes, or becomes another.
CREATE TRIGGER a_person_stays BEFORE UPDATE OF id OR DELETE OR TRUNCATE ON public.kernel_person
FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows();

REVOKE ALL ON FUNCTION guard.signer(name) FROM PUBLIC;
