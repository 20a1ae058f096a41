-- A row of the quarter's lists keeps nothing that becomes known later: a later list corrects it,
-- under its own number, and nothing else does.
CREATE OR REPLACE FUNCTION guard.listed_row_stands() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.number <> OLD.number
       OR (to_jsonb(NEW) <> to_jsonb(OLD) AND NEW.list_id <= OLD.list_id) THEN
        RAISE EXCEPTION '清单内容只由后一清单更正'
            USING ERRCODE = 'QG001', CONSTRAINT = 'a_listed_row_is_corrected_by_a_later_list';
    END IF;
    RETURN NEW;
END
$$;
