-- Rows that come in many at a time are noted many at a time: one statement, one look at them all.

CREATE FUNCTION guard.note_new_rows() RETURNS trigger
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

CREATE OR REPLACE FUNCTION guard.watch(target regclass, key text DEFAULT 'id') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER note_row AFTER UPDATE OR DELETE ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.note_row(%L)', target, key);
    EXECUTE format(
        'CREATE TRIGGER note_new_rows AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
         FOR EACH STATEMENT EXECUTE FUNCTION guard.note_new_rows(%L)', target, key);
END
$$;

-- Tables that are watched already are watched anew.
DO $$
DECLARE
    watched record;
BEGIN
    FOR watched IN
        SELECT t.tgrelid::regclass AS target,
               replace(encode(t.tgargs, 'escape'), '\000', '') AS key
          FROM pg_trigger AS t WHERE t.tgname = 'note_row' AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER note_row ON %s', watched.target);
        PERFORM guard.watch(watched.target, watched.key);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION guard.note_new_rows() FROM PUBLIC;
