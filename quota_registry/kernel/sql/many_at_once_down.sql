CREATE OR REPLACE FUNCTION guard.note_new_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
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
    SELECT TG_TABLE_NAME, n.new_row ->> TG_ARGV[0], 'insert', NULL, n.new_row,
           signed, session_user, asked, clock_timestamp()
      FROM (SELECT to_jsonb(r) - unseen AS new_row FROM new_rows AS r) AS n;
    RETURN NULL;
END
$$;

DROP TRIGGER new_rows_bear_no_former_code ON public.kernel_polluter;
DROP TRIGGER a_former_code_is_nobody_elses ON public.kernel_polluter;

CREATE OR REPLACE FUNCTION guard.a_former_code_is_nobody_elses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bearer bigint := CASE TG_TABLE_NAME WHEN 'kernel_polluter' THEN to_jsonb(NEW) ->> 'id'
                                        ELSE to_jsonb(NEW) ->> 'polluter_id' END;
    holder text;
BEGIN
    SELECT p.name INTO holder
      FROM public.kernel_polluter AS p
     WHERE p.id <> bearer
       AND CASE TG_TABLE_NAME
           WHEN 'kernel_polluter' THEN p.id IN (
               SELECT f.polluter_id FROM public.kernel_pollutername AS f WHERE f.uscc = NEW.uscc)
           ELSE p.uscc = NEW.uscc END
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '统一社会信用代码 % 已登记在“%”名下', NEW.uscc, holder
            USING ERRCODE = 'QG005', CONSTRAINT = 'a_former_code_is_nobody_elses';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER a_former_code_is_nobody_elses AFTER INSERT OR UPDATE OF uscc
    ON public.kernel_polluter FOR EACH ROW EXECUTE FUNCTION guard.a_former_code_is_nobody_elses();
