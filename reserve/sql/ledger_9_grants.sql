-- Who may call what. A guard can be called by nobody: triggers need no permission.

-- The names by which refusals are told apart.
ALTER TABLE public.reserve_transfer
    RENAME CONSTRAINT reserve_transfer_reverses_id_key TO one_transfer_at_most_one_reversal;
ALTER TABLE public.reserve_voiding
    RENAME CONSTRAINT reserve_voiding_lot_id_key TO a_lot_is_voided_once;
ALTER TABLE public.reserve_lot
    RENAME CONSTRAINT reserve_lot_source_id_key TO a_source_has_one_lot;
ALTER TABLE public.reserve_position
    RENAME CONSTRAINT reserve_position_transfer_id_key TO a_transfer_has_one_position;
ALTER TABLE public.reserve_closedquarter
    RENAME CONSTRAINT reserve_closedquarter_pkey TO a_quarter_is_closed_once;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger, guard FROM PUBLIC;

GRANT EXECUTE ON FUNCTION guard.person(), guard.quarter_of(date), guard.open_debt(text, text),
    guard.lock_debt(text, text), guard.lowest_from(bigint, bigint, date) TO quota_ledger;
-- What the application may read or lock before it asks; these change nothing.
GRANT EXECUTE ON FUNCTION guard.open_debt(text, text), guard.lock_debt(text, text) TO quota_app;
GRANT EXECUTE ON FUNCTION
    ledger.post(jsonb), ledger.post_many(jsonb), ledger.check(jsonb), ledger.reverse(jsonb),
    ledger.void(jsonb), ledger.open_debts(jsonb), ledger.close_quarter(date, text),
    ledger.seal(boolean), ledger.leaf_text_of(bigint), ledger.parents(bytea[]),
    ledger.root(bytea[])
    TO quota_app;
-- Names and hashes are written one way, by the ledger and by whoever seals.
GRANT EXECUTE ON FUNCTION
    ledger.leaf_text(text, text, bytea, text, date, timestamptz, bigint, bigint, text, text,
                     bigint, text),
    ledger.leaf(text)
    TO quota_ledger;

-- The posting functions act as the ledger, which may add rows and read, and nothing else.
ALTER FUNCTION ledger.account_name(jsonb, text) OWNER TO quota_ledger;
ALTER FUNCTION ledger.answer(public.reserve_transfer, boolean) OWNER TO quota_ledger;
ALTER FUNCTION ledger.refuse(text, text, text, jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.first_answers(ledger.head[]) OWNER TO quota_ledger;
ALTER FUNCTION ledger.first_answer(ledger.head, public.reserve_transfer) OWNER TO quota_ledger;
ALTER FUNCTION ledger.write_one(ledger.head, ledger.move[], timestamptz, bigint)
    OWNER TO quota_ledger;
ALTER FUNCTION ledger.lock_accounts(bigint[]) OWNER TO quota_ledger;
ALTER FUNCTION ledger.write(ledger.head[], ledger.move[], jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.write_sources(ledger.head[], bigint[], jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.read_legs(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.open_accounts(ledger.leg[]) OWNER TO quota_ledger;
ALTER FUNCTION ledger.pick(ledger.leg[]) OWNER TO quota_ledger;
ALTER FUNCTION ledger.write_stroke(ledger.head[], ledger.leg[], jsonb, jsonb[], integer, integer)
    OWNER TO quota_ledger;
ALTER FUNCTION ledger.post_many(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.post(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.check(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.head_of(jsonb, text) OWNER TO quota_ledger;
ALTER FUNCTION ledger.reverse(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.unspent(bigint[]) OWNER TO quota_ledger;
ALTER FUNCTION ledger.voided(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.void(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.open_debts(jsonb) OWNER TO quota_ledger;
ALTER FUNCTION ledger.close_quarter(date, text) OWNER TO quota_ledger;
