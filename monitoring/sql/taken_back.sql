-- An order that has not begun may be taken back; it closes nothing, and its days stay on record.
CREATE OR REPLACE FUNCTION guard.order_keeps_its_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Ordered once; kept when a lift is refused; shortened by the lift and by nothing else. Lifted
    -- by its first day it never closed anything, and its days stay as they were ordered.
    IF OLD.during IS NOT NULL
       AND NEW.during <> (CASE WHEN NEW.lifted_on <= lower(OLD.during) THEN OLD.during
                               ELSE OLD.during * daterange(NULL, NEW.lifted_on) END)
       OR isempty(NEW.during) THEN
        RAISE EXCEPTION '暂停期间只由解除令缩短'
            USING ERRCODE = 'QG001', CONSTRAINT = 'an_order_is_shortened_by_its_lift_alone';
    END IF;
    RETURN NEW;
END
$$;
