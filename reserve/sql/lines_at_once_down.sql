DROP TRIGGER filed_line_stands ON public.reserve_claimline;
CREATE TRIGGER filed_line_stands BEFORE INSERT OR UPDATE OR DELETE ON public.reserve_claimline
FOR EACH ROW EXECUTE FUNCTION guard.filed_line_stands();

DROP TRIGGER new_lines_are_of_drafts ON public.reserve_claimline;
DROP FUNCTION guard.new_lines_are_of_drafts();
