-- Lines that come in many at a time are held against their claims all at once.

CREATE FUNCTION guard.new_lines_are_of_drafts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    writable boolean;
BEGIN
    SELECT coalesce(c.status IN ('draft', 'returned'), false) INTO writable
      FROM new_rows AS n LEFT JOIN public.reserve_claim AS c ON c.id = n.claim_id
     WHERE c.status IS NULL OR c.status NOT IN ('draft', 'returned')
        OR n.status <> 'pending' OR n.province_grams IS NOT NULL
     ORDER BY 1 LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF writable THEN
        RAISE EXCEPTION '草稿中的核算行没有审核结果'
            USING ERRCODE = 'QR001', CONSTRAINT = 'a_line_is_reviewed_after_screening';
    END IF;
    RAISE EXCEPTION '申报已提交，核算行不得修改'
        USING ERRCODE = 'QR001', CONSTRAINT = 'a_filed_claim_is_not_edited';
END
$$;
CREATE TRIGGER new_lines_are_of_drafts AFTER INSERT ON public.reserve_claimline
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard.new_lines_are_of_drafts();

DROP TRIGGER filed_line_stands ON public.reserve_claimline;
CREATE TRIGGER filed_line_stands BEFORE UPDATE OR DELETE ON public.reserve_claimline
FOR EACH ROW EXECUTE FUNCTION guard.filed_line_stands();

REVOKE ALL ON FUNCTION guard.new_lines_are_of_drafts() FROM PUBLIC;
