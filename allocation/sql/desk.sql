-- Applications: born by a step, moved by their table, and never granted without cover. What was
-- filed stands; what was assessed, signed, issued and given back only grows.

SELECT guard.follow_from_birth('public.allocation_application', 'application', 'draft', 'draft');

SELECT guard.keep('public.allocation_applicationsheet');
SELECT guard.keep('public.allocation_divisionopinion');
SELECT guard.keep('public.allocation_signature');
SELECT guard.keep('public.allocation_voucher');
SELECT guard.keep('public.allocation_giveback');

SELECT guard.sign('public.allocation_project', 'strategic_approved_by_id');
SELECT guard.sign('public.allocation_application', 'drafted_by_id');
SELECT guard.sign('public.allocation_applicationsheet', 'by_id');
SELECT guard.sign('public.allocation_divisionopinion', 'by_id');
SELECT guard.sign('public.allocation_signature', 'by_id');
SELECT guard.sign('public.allocation_voucher', 'issued_by_id');
SELECT guard.sign('public.allocation_giveback', 'by_id');

-- ── A project stands while an application stands on it ──
CREATE FUNCTION guard.project_is_in_use(project bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.allocation_application AS a
         WHERE a.project_id = project
           AND a.status NOT IN ('draft', 'refused', 'withdrawn', 'expired', 'given_back',
                                'annulled'))
$$;

CREATE FUNCTION guard.project_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- The approval of its EIA comes after.
    later CONSTANT text[] := ARRAY['eia_number', 'eia_on', 'changed_at'];
BEGIN
    IF TG_OP = 'DELETE'
       OR NEW.number <> OLD.number OR NEW.polluter_id <> OLD.polluter_id
       OR NEW.place_id <> OLD.place_id OR NEW.recorded_by_id <> OLD.recorded_by_id
       OR (to_jsonb(NEW) - later <> to_jsonb(OLD) - later AND guard.project_is_in_use(OLD.id))
    THEN
        RAISE EXCEPTION '项目已有申请在办，不得修改'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_project_stands_while_an_application_does';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER project_stands BEFORE UPDATE OR DELETE ON public.allocation_project
FOR EACH ROW EXECUTE FUNCTION guard.project_stands();

CREATE FUNCTION guard.project_amount_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND guard.project_is_in_use(OLD.project_id))
       OR (TG_OP <> 'DELETE' AND guard.project_is_in_use(NEW.project_id)) THEN
        RAISE EXCEPTION '项目已有申请在办，不得修改'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_project_stands_while_an_application_does';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER project_amount_stands BEFORE INSERT OR UPDATE OR DELETE
ON public.allocation_projectamount
FOR EACH ROW EXECUTE FUNCTION guard.project_amount_stands();

-- ── What was filed stands ──
CREATE FUNCTION guard.filed_application_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    born CONSTANT text[] := ARRAY['number', 'project_id', 'place_id', 'drafted_by_id',
                                  'drafted_on', 'supplements_id'];
    -- What an act fills in on the way.
    later CONSTANT text[] := ARRAY['status', 'held_on', 'warned_on', 'approved_on',
                                   'approval_number', 'used_on'];
    old_row CONSTANT jsonb := to_jsonb(OLD);
    new_row CONSTANT jsonb := to_jsonb(NEW);
    name text;
BEGIN
    FOREACH name IN ARRAY born LOOP
        IF new_row -> name <> old_row -> name THEN
            RAISE EXCEPTION '申请的编号与项目不得修改'
                USING ERRCODE = 'QG001', CONSTRAINT = 'a_filed_application_stands';
        END IF;
    END LOOP;
    IF OLD.status <> 'draft' AND new_row - later <> old_row - later
       OR NEW.version NOT IN (OLD.version, OLD.version + 1)
       -- Days of acts come with the acts: by the step that moves it, and never again.
       OR (OLD.held_on IS DISTINCT FROM NEW.held_on
           AND NOT (OLD.held_on IS NULL AND NEW.status = 'held'))
       OR (OLD.warned_on IS NOT NULL AND OLD.warned_on IS DISTINCT FROM NEW.warned_on)
       OR (ROW (OLD.approved_on, OLD.approval_number)
           IS DISTINCT FROM ROW (NEW.approved_on, NEW.approval_number)
           AND NOT (OLD.approved_on IS NULL AND NEW.status = 'approved'))
       OR (OLD.used_on IS DISTINCT FROM NEW.used_on
           AND NOT (OLD.used_on IS NULL AND NEW.status = 'in_use')) THEN
        RAISE EXCEPTION '申请 % 已提交，不得修改', OLD.number
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_filed_application_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER filed_application_stands BEFORE UPDATE ON public.allocation_application
FOR EACH ROW EXECUTE FUNCTION guard.filed_application_stands();

CREATE FUNCTION guard.filed_part_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    old_row CONSTANT jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row CONSTANT jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    stands text;
BEGIN
    SELECT a.status INTO stands FROM public.allocation_application AS a
     WHERE a.id = (coalesce(old_row, new_row) ->> 'application_id')::bigint;
    IF TG_OP = 'UPDATE' AND old_row -> 'application_id' <> new_row -> 'application_id'
       OR stands <> 'draft' AND NOT (
           -- The increment that the EIA approved comes later, once.
           TG_OP = 'UPDATE' AND stands = 'vouchered' AND old_row ? 'approved'
           AND old_row -> 'approved' = 'null'
           AND new_row - 'approved'::text = old_row - 'approved'::text) THEN
        RAISE EXCEPTION '申请已提交，不得修改'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_filed_application_stands';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER filed_part_stands BEFORE INSERT OR UPDATE OR DELETE
ON public.allocation_applicationline FOR EACH ROW EXECUTE FUNCTION guard.filed_part_stands();
CREATE TRIGGER filed_part_stands BEFORE INSERT OR UPDATE OR DELETE
ON public.allocation_applicationsource FOR EACH ROW EXECUTE FUNCTION guard.filed_part_stands();

-- ── A hand is under the version that stands, while it stands where hands are asked for ──
CREATE FUNCTION guard.signed_as_it_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    a public.allocation_application;
BEGIN
    SELECT * INTO a FROM public.allocation_application AS x WHERE x.id = NEW.application_id;
    IF a.version <> coalesce((to_jsonb(NEW) ->> 'version')::integer, a.version)
       OR a.status <> TG_ARGV[0] THEN
        RAISE EXCEPTION '只能对当前版次签署'
            USING ERRCODE = 'QG003', CONSTRAINT = 'what_is_signed_is_what_stands';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER signed_as_it_stands BEFORE INSERT ON public.allocation_divisionopinion
FOR EACH ROW EXECUTE FUNCTION guard.signed_as_it_stands('screened');
CREATE TRIGGER signed_as_it_stands BEFORE INSERT ON public.allocation_signature
FOR EACH ROW EXECUTE FUNCTION guard.signed_as_it_stands('held');
CREATE TRIGGER vouchered_as_it_stands BEFORE INSERT ON public.allocation_voucher
FOR EACH ROW EXECUTE FUNCTION guard.signed_as_it_stands('held');

REVOKE ALL ON FUNCTION guard.project_is_in_use(bigint), guard.project_stands(),
    guard.project_amount_stands(), guard.filed_application_stands(), guard.filed_part_stands(),
    guard.signed_as_it_stands() FROM PUBLIC;

SELECT guard.watch('public.allocation_project');
SELECT guard.watch('public.allocation_projectamount');
SELECT guard.watch('public.allocation_application');
SELECT guard.watch('public.allocation_applicationline');
SELECT guard.watch('public.allocation_applicationsource');
SELECT guard.watch('public.allocation_applicationsheet');
SELECT guard.watch('public.allocation_divisionopinion');
SELECT guard.watch('public.allocation_signature');
SELECT guard.watch('public.allocation_voucher');
SELECT guard.watch('public.allocation_giveback');
