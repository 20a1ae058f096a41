CREATE OR REPLACE FUNCTION guard.watch(target regclass, key text DEFAULT 'id') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER note_row AFTER INSERT OR UPDATE OR DELETE ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.note_row(%L)', target, key);
END
$$;

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

DROP FUNCTION guard.note_new_rows() CASCADE;
