CREATE OR REPLACE FUNCTION guard.order_keeps_its_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Ordered once; kept when a lift is refused; shortened by the lift and by nothing else.
    IF OLD.during IS NOT NULL
       AND NEW.during <> OLD.during * daterange(NULL, NEW.lifted_on)
       OR isempty(NEW.during) THEN
        RAISE EXCEPTION '暂停期间只由解除令缩短'
            USING ERRCODE = 'QG001', CONSTRAINT = 'an_order_is_shortened_by_its_lift_alone';
    END IF;
    RETURN NEW;
END
$$;
