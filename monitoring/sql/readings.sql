-- Readings: one table in partitions by month. A value that is sent again makes a new version, and
-- the one before moves aside; nothing is ever removed, and nothing has a foreign key to a reading.

CREATE SCHEMA readings;

CREATE TABLE public.monitoring_reading (
    station_id integer NOT NULL,
    item varchar(6) NOT NULL,
    span varchar(1) NOT NULL,
    at timestamptz NOT NULL,
    value numeric(14, 5),
    mark varchar(1) NOT NULL DEFAULT '',
    version smallint NOT NULL DEFAULT 1,
    batch_id bigint NOT NULL,
    CONSTRAINT a_reading_stands_once PRIMARY KEY (station_id, span, at, item),
    CONSTRAINT a_reading_is_of_an_hour_a_day_or_a_month CHECK (span IN ('h', 'd', 'm'))
) PARTITION BY RANGE (at);

CREATE INDEX reading_by_time ON public.monitoring_reading USING brin (at);

-- ── Partitions ──
CREATE FUNCTION guard.make_reading_months(first_day date, last_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first_day)::date;
    name text;
BEGIN
    IF first_day < DATE '2000-01-01' OR last_day > current_date + 62 THEN
        RAISE EXCEPTION '监测数据的月份超出范围：% – %', first_day, last_day
            USING ERRCODE = 'QG001', CONSTRAINT = 'readings_are_of_this_century_and_not_to_come';
    END IF;
    WHILE month <= last_day LOOP
        name := to_char(month, '"y"YYYY"m"MM');
        IF to_regclass('readings.' || name) IS NULL THEN
            -- One at a time; attaching keeps nobody from reading and writing the other months.
            PERFORM pg_advisory_xact_lock(hashtext('readings'));
            IF to_regclass('readings.' || name) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE readings.%I (LIKE public.monitoring_reading INCLUDING DEFAULTS
                     INCLUDING CONSTRAINTS)', name);
                EXECUTE format(
                    'ALTER TABLE public.monitoring_reading ATTACH PARTITION readings.%I
                     FOR VALUES FROM (%L) TO (%L)', name,
                    month::timestamp AT TIME ZONE 'Asia/Shanghai',
                    (month + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
            END IF;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
END
$$;
COMMENT ON FUNCTION guard.make_reading_months(date, date)
    IS 'Make the partitions of all months from the first day to the last.';

-- ── Versions ──
CREATE FUNCTION guard.replace_reading() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.monitoring_replacedreading
        (station_id, item, span, at, value, mark, version, batch_id, replaced_at)
    VALUES (OLD.station_id, OLD.item, OLD.span, OLD.at, OLD.value, OLD.mark, OLD.version,
            OLD.batch_id, clock_timestamp());
    NEW.version := OLD.version + 1;
    RETURN NEW;
END
$$;
CREATE TRIGGER replace_reading BEFORE UPDATE ON public.monitoring_reading
FOR EACH ROW EXECUTE FUNCTION guard.replace_reading();

CREATE TRIGGER only_grows BEFORE DELETE OR TRUNCATE ON public.monitoring_reading
FOR EACH STATEMENT EXECUTE FUNCTION guard.only_grows();
SELECT guard.keep('public.monitoring_replacedreading');

-- What is staged is read again from its file after a crash.
ALTER TABLE public.monitoring_stagedreading SET UNLOGGED;
-- Nobody looks for one row of it, and every index makes putting down slower.
ALTER TABLE public.monitoring_stagedreading DROP CONSTRAINT monitoring_stagedreading_pkey;

REVOKE ALL ON FUNCTION guard.make_reading_months(date, date), guard.replace_reading() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.make_reading_months(date, date) TO quota_app;
