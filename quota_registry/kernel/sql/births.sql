-- A row that is born by an act has that act as its first step, so that four eyes count it; what was
-- put on record then is not edited, but for what an act fills in as it moves the row; and whoever is
-- named as having acted is whoever signed.

CREATE FUNCTION guard.note_birth() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF guard.person() IS NULL THEN
        RAISE EXCEPTION '无经办人，不得办理'
            USING ERRCODE = 'QG002', CONSTRAINT = 'no_step_is_without_a_person';
    END IF;
    INSERT INTO public.kernel_step
        (workflow, subject, source, verb, target, person_id, at, version, note)
    VALUES (TG_ARGV[0], NEW.id, '', TG_ARGV[1], NEW.status, guard.person(), clock_timestamp(),
            NEW.version, '');
    RETURN NULL;
END
$$;

CREATE FUNCTION guard.follow_from_birth(target regclass, flow text, initial text, verb text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM guard.follow(target, flow, initial);
    EXECUTE format(
        'CREATE TRIGGER note_birth AFTER INSERT ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.note_birth(%L, %L)', target, flow, verb);
END
$$;
COMMENT ON FUNCTION guard.follow_from_birth(regclass, text, text, text)
    IS 'Make a table follow a workflow whose first step is the act that makes the row.';

CREATE FUNCTION guard.stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := to_jsonb(NEW);
    moving text[] := '{}';
BEGIN
    -- What an act fills in moves only with the status, in one statement.
    IF TG_OP = 'UPDATE'
       AND (NOT old_row ? 'status' OR old_row ->> 'status' <> new_row ->> 'status') THEN
        moving := ARRAY(
            SELECT jsonb_array_elements_text(
                TG_ARGV[0]::jsonb -> coalesce(new_row ->> 'status', ''))) || 'status'::text;
    END IF;
    IF TG_OP = 'DELETE' OR new_row - moving <> old_row - moving THEN
        RAISE EXCEPTION '已登记的内容不得修改：%', TG_TABLE_NAME
            USING ERRCODE = 'QG001', CONSTRAINT = 'what_was_put_on_record_is_not_edited';
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard.stand(target regclass, moving jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER stands BEFORE UPDATE OR DELETE ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.stands(%L)', target, moving);
    EXECUTE format(
        'CREATE TRIGGER stands_whole BEFORE TRUNCATE ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows()', target);
END
$$;
COMMENT ON FUNCTION guard.stand(regclass, jsonb)
    IS 'Let no row go, and nothing of it change but, with the status it moves to, what is named.';

CREATE FUNCTION guard.signs_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
    before jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF to_jsonb(NEW) ->> name IS DISTINCT FROM before ->> name
           AND to_jsonb(NEW) ->> name IS DISTINCT FROM guard.person()::text THEN
            RAISE EXCEPTION '不得以他人名义办理'
                USING ERRCODE = 'QG004', CONSTRAINT = 'nobody_acts_in_anothers_name';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

CREATE FUNCTION guard.sign(target regclass, VARIADIC names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER signs_own BEFORE INSERT OR UPDATE ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.signs_own(%s)', target,
        (SELECT string_agg(quote_literal(name), ', ') FROM unnest(names) AS name));
END
$$;
COMMENT ON FUNCTION guard.sign(regclass, text[])
    IS 'Let the columns named bear no other name than that of the person who signs.';

REVOKE ALL ON FUNCTION guard.note_birth(), guard.stands(), guard.signs_own(),
    guard.follow_from_birth(regclass, text, text, text), guard.stand(regclass, jsonb),
    guard.sign(regclass, text[]) FROM PUBLIC;
