-- A notice before a lapse is of one day of lapse, and is given for each; it comes while mass is
-- held, and is never taken back.

CREATE OR REPLACE FUNCTION guard.filed_application_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    born CONSTANT text[] := ARRAY['number', 'project_id', 'place_id', 'drafted_by_id',
                                  'drafted_on', 'supplements_id'];
    -- What an act fills in on the way.
    later CONSTANT text[] := ARRAY['status', 'held_on', 'warned_of', 'approved_on',
                                   'approval_number', 'approved_beyond', 'used_on'];
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
       -- A notice is given while mass is held, and never taken back.
       OR (OLD.warned_of IS DISTINCT FROM NEW.warned_of
           AND (NEW.warned_of IS NULL OR OLD.status <> 'held'))
       OR (ROW (OLD.approved_on, OLD.approval_number, OLD.approved_beyond)
           IS DISTINCT FROM ROW (NEW.approved_on, NEW.approval_number, NEW.approved_beyond)
           AND NOT (OLD.approved_on IS NULL AND NEW.status = 'approved'))
       OR (OLD.used_on IS DISTINCT FROM NEW.used_on
           AND NOT (OLD.used_on IS NULL AND NEW.status = 'in_use')) THEN
        RAISE EXCEPTION '申请 % 已提交，不得修改', OLD.number
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_filed_application_stands';
    END IF;
    RETURN NEW;
END
$$;
