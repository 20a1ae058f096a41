-- The kernel's promises: row history, workflow steps, records that only grow.
-- Every function is SECURITY DEFINER with a fixed search_path and names its tables in full.

CREATE FUNCTION guard.person() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('quota.person', true), '')::bigint
$$;
COMMENT ON FUNCTION guard.person() IS 'The person who signed this transaction, or null.';

-- ── Records that only grow ──
CREATE FUNCTION guard.only_grows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '记录只增不改：%', TG_TABLE_NAME
        USING ERRCODE = 'QG001', CONSTRAINT = 'a_record_is_never_changed_or_removed';
END
$$;

CREATE FUNCTION guard.keep(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
         FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows()', target);
END
$$;
COMMENT ON FUNCTION guard.keep(regclass) IS 'Make a table one that only grows.';

-- ── Row history ──
CREATE FUNCTION guard.note_row() RETURNS trigger
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

CREATE FUNCTION guard.watch(target regclass, key text DEFAULT 'id') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER note_row AFTER INSERT OR UPDATE OR DELETE ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.note_row(%L)', target, key);
END
$$;
COMMENT ON FUNCTION guard.watch(regclass, text) IS 'Keep the history of every row of a table.';

-- ── Workflow steps ──
CREATE FUNCTION guard.take_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    flow text := TG_ARGV[0];
    act text := coalesce(current_setting('quota.verb', true), '');
    rule public.kernel_transition;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> TG_ARGV[1] THEN
            RAISE EXCEPTION '新建时状态只能是 %', TG_ARGV[1]
                USING ERRCODE = 'QG003', CONSTRAINT = 'a_status_changes_only_by_its_table';
        END IF;
        RETURN NEW;
    END IF;

    SELECT * INTO rule FROM public.kernel_transition t
    WHERE t.workflow = flow AND t.source = OLD.status AND t.verb = act AND t.target = NEW.status;
    IF NOT FOUND THEN
        RAISE EXCEPTION '状态不得由 % 经“%”变为 %', OLD.status, act, NEW.status
            USING ERRCODE = 'QG003', CONSTRAINT = 'a_status_changes_only_by_its_table';
    END IF;
    IF guard.person() IS NULL THEN
        RAISE EXCEPTION '无经办人，不得办理'
            USING ERRCODE = 'QG002', CONSTRAINT = 'no_step_is_without_a_person';
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.kernel_step s
        WHERE s.workflow = flow AND s.subject = NEW.id AND s.person_id = guard.person()
          AND rule.apart ? s.verb
    ) THEN
        RAISE EXCEPTION '同一人不得办理互相制约的环节：%', act
            USING ERRCODE = 'QG004', CONSTRAINT = 'who_acts_and_who_checks_are_different_people';
    END IF;

    INSERT INTO public.kernel_step
        (workflow, subject, source, verb, target, person_id, at, version, note)
    VALUES (
        flow, NEW.id, OLD.status, act, NEW.status, guard.person(), clock_timestamp(), NEW.version,
        coalesce(current_setting('quota.note', true), '')
    );
    RETURN NEW;
END
$$;

CREATE FUNCTION guard.follow(target regclass, flow text, initial text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER take_step BEFORE INSERT OR UPDATE OF status ON %s
         FOR EACH ROW EXECUTE FUNCTION guard.take_step(%L, %L)', target, flow, initial);
END
$$;
COMMENT ON FUNCTION guard.follow(regclass, text, text) IS 'Make a table follow a workflow.';

-- ── A rule book, once approved, stands ──
CREATE FUNCTION guard.approved_book_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL
       AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'in_force' <> to_jsonb(OLD) - 'in_force'
            OR lower(NEW.in_force) <> lower(OLD.in_force)) THEN
        RAISE EXCEPTION '已批准的规则版本不得修改'
            USING ERRCODE = 'QG001', CONSTRAINT = 'an_approved_rule_book_is_never_edited';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER approved_book_stands BEFORE UPDATE OR DELETE ON public.kernel_rulebookversion
FOR EACH ROW EXECUTE FUNCTION guard.approved_book_stands();

SELECT guard.keep('public.kernel_step');
SELECT guard.keep('public.kernel_rowevent');
SELECT guard.keep('public.kernel_auditevent');

SELECT guard.watch('public.kernel_place', 'code');
SELECT guard.watch('public.kernel_polluter');
SELECT guard.watch('public.kernel_pollutername');
SELECT guard.watch('public.kernel_permit');
SELECT guard.watch('public.kernel_permitversion');
SELECT guard.watch('public.kernel_permittedamount');
SELECT guard.watch('public.kernel_person');
SELECT guard.watch('public.kernel_appointment');
SELECT guard.watch('public.kernel_client', 'prefix');
SELECT guard.watch('public.kernel_rulebookversion');
SELECT guard.watch('public.kernel_storedfile');

-- What the application may call on its own.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA guard FROM PUBLIC;
GRANT USAGE ON SCHEMA guard TO quota_app, quota_ledger;
GRANT EXECUTE ON FUNCTION guard.person() TO quota_app, quota_ledger;
