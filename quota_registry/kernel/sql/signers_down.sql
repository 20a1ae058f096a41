DROP TRIGGER a_person_stays ON public.kernel_person;

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
    IF session_user = 'quota_app' AND guard.person() IS NULL THEN
        RAISE EXCEPTION '无经办人，不得修改：%', TG_TABLE_NAME
            USING ERRCODE = 'QG002', CONSTRAINT = 'no_event_is_without_a_person';
    END IF;
    INSERT INTO public.kernel_rowevent
        ("table", key, verb, before, after, person_id, db_role, request, at)
    VALUES (
        TG_TABLE_NAME,
        coalesce(new_row, old_row) ->> TG_ARGV[0],
        lower(TG_OP), old_row, new_row,
        guard.person(), session_user,
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
    signed bigint := guard.person();
    asked text := coalesce(current_setting('quota.request', true), '');
BEGIN
    IF session_user = 'quota_app' AND signed IS NULL AND EXISTS (SELECT FROM new_rows) THEN
        RAISE EXCEPTION '无经办人，不得修改：%', TG_TABLE_NAME
            USING ERRCODE = 'QG002', CONSTRAINT = 'no_event_is_without_a_person';
    END IF;
    INSERT INTO public.kernel_rowevent
        ("table", key, verb, before, after, person_id, db_role, request, at)
    SELECT TG_TABLE_NAME, n.new_row ->> TG_ARGV[0], 'insert', NULL,
           CASE WHEN n.new_row ?| unseen THEN n.new_row - unseen ELSE n.new_row END,
           signed, session_user, asked, clock_timestamp()
      FROM (SELECT to_jsonb(r) AS new_row FROM new_rows AS r OFFSET 0) AS n;
    RETURN NULL;
END
$$;

DROP FUNCTION guard.signer(name);
