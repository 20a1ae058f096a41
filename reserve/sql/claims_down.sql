-- Take the guards of claims back.
DROP FUNCTION guard.filed_claim_stands(), guard.filed_line_stands(), guard.opinion_is_own(),
    guard.claim_step_is_backed() CASCADE;
DROP FUNCTION guard.has_acted(text, bigint, text[]);
