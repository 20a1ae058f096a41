-- A row that is born by an act has that act as its first step, so that four eyes count it; and what
-- was put on record then is not edited, but for what its way fills in.

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
    -- A status moves by its own table; what moves beside it depends on where the row stands.
    moving text[] := ARRAY(
        SELECT jsonb_array_elements_text(
            TG_ARGV[0]::jsonb -> coalesce(to_jsonb(OLD) ->> 'status', ''))) || 'status'::text;
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving THEN
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
    IS 'Let no row go, and nothing of it change but, by the status it stands in, what is named.';

REVOKE ALL ON FUNCTION guard.note_birth(), guard.stands(),
    guard.follow_from_birth(regclass, text, text, text), guard.stand(regclass, jsonb) FROM PUBLIC;
