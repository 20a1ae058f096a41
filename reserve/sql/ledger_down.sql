-- Takes the ledger's guards and functions away again. Triggers fall with their functions.
DO $$
DECLARE
    -- All names first: what depends on another function falls with it.
    signatures CONSTANT text[] := ARRAY(
        SELECT p.oid::regprocedure::text FROM pg_proc AS p
         WHERE p.pronamespace = 'ledger'::regnamespace
            OR (p.pronamespace = 'guard'::regnamespace AND p.proname IN (
                'ledger_only_grows', 'entries_join_no_old_transfer',
                'transfers_are_signed_and_dated', 'quarter_of', 'closed_quarters_take_nothing',
                'a_quarter_is_closed_alone', 'transfers_sum_to_zero',
                'transfers_have_their_entries', 'lawful_moves', 'entries_agree',
                'reversals_undo_exactly', 'entries_move_balances', 'only_entries_write_balances',
                'lowest_from', 'no_later_day_falls_below_zero', 'lock_debt', 'open_debt',
                'fates_sum_to_what_was_verified', 'mass_comes_only_from_its_source',
                'a_lot_repeats_its_source', 'a_source_passes_many_hands',
                'no_admission_passes_by_a_debt', 'cover_repays_no_more_than_is_owed',
                'a_debt_has_its_reason', 'a_void_leaves_nothing_unspent',
                'a_voided_lot_comes_back_nowhere', 'a_seal_continues_the_last',
                'a_seal_fits_what_it_covers', 'positions_belong_to_their_seal',
                'an_opening_moves_forward', 'opening_rows_wait_for_approval',
                'nothing_opens_after_closing')));
    signature text;
BEGIN
    FOREACH signature IN ARRAY signatures LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', signature);
    END LOOP;
END
$$;
DROP TYPE IF EXISTS ledger.leg, ledger.move, ledger.head;
ALTER TABLE public.reserve_balance DROP CONSTRAINT a_balance_takes_the_sign_of_its_account;
ALTER TABLE public.reserve_transfer
    RENAME CONSTRAINT one_transfer_at_most_one_reversal TO reserve_transfer_reverses_id_key;
ALTER TABLE public.reserve_voiding
    RENAME CONSTRAINT a_lot_is_voided_once TO reserve_voiding_lot_id_key;
ALTER TABLE public.reserve_lot
    RENAME CONSTRAINT a_source_has_one_lot TO reserve_lot_source_id_key;
ALTER TABLE public.reserve_position
    RENAME CONSTRAINT a_transfer_has_one_position TO reserve_position_transfer_id_key;
ALTER TABLE public.reserve_closedquarter
    RENAME CONSTRAINT a_quarter_is_closed_once TO reserve_closedquarter_pkey;
