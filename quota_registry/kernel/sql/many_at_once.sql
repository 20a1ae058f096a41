-- Rows that come in many at a time: one look at what the history leaves out, one look at the codes.

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

CREATE OR REPLACE FUNCTION guard.a_former_code_is_nobody_elses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    code text;
    holder text;
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        SELECT n.uscc, p.name INTO code, holder
          FROM new_rows AS n
          JOIN public.kernel_pollutername AS f ON f.uscc = n.uscc AND f.polluter_id <> n.id
          JOIN public.kernel_polluter AS p ON p.id = f.polluter_id
         LIMIT 1;
    ELSIF TG_TABLE_NAME = 'kernel_polluter' THEN
        SELECT f.uscc, p.name INTO code, holder
          FROM public.kernel_pollutername AS f
          JOIN public.kernel_polluter AS p ON p.id = f.polluter_id
         WHERE f.uscc = NEW.uscc AND f.polluter_id <> NEW.id
         LIMIT 1;
    ELSE
        SELECT p.uscc, p.name INTO code, holder
          FROM public.kernel_polluter AS p
         WHERE p.uscc = NEW.uscc AND p.id <> NEW.polluter_id;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION '统一社会信用代码 % 已登记在“%”名下', code, holder
            USING ERRCODE = 'QG005', CONSTRAINT = 'a_former_code_is_nobody_elses';
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER a_former_code_is_nobody_elses ON public.kernel_polluter;
CREATE TRIGGER a_former_code_is_nobody_elses AFTER UPDATE OF uscc
    ON public.kernel_polluter FOR EACH ROW EXECUTE FUNCTION guard.a_former_code_is_nobody_elses();
CREATE TRIGGER new_rows_bear_no_former_code AFTER INSERT
    ON public.kernel_polluter REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION guard.a_former_code_is_nobody_elses();
