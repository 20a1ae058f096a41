-- A version without a figure withdraws the one before it, which has to be a figure.
CREATE FUNCTION guard.withdraws_what_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.monitoring_measuredamount AS m
        WHERE m.monitor_id = NEW.monitor_id AND m.month = NEW.month
          AND m.pollutant = NEW.pollutant AND m.version = NEW.version - 1 AND m.grams IS NOT NULL
    ) THEN
        RAISE EXCEPTION '没有可撤回的监测排放量'
            USING ERRCODE = 'QG001', CONSTRAINT = 'only_a_figure_that_stands_is_withdrawn';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER withdraws_what_stands BEFORE INSERT ON public.monitoring_measuredamount
FOR EACH ROW WHEN (NEW.grams IS NULL) EXECUTE FUNCTION guard.withdraws_what_stands();
