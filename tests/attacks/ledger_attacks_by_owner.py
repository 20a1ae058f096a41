"""What not even the ledger's functions may try; the owner of the tables meets the guard."""

from __future__ import annotations

from typing import Final

from tests.attacks.ledger_attacks import GIVE, of
from tests.attacks.ledger_world import raw

AS_OWNER: Final = [
    *of(
        1,
        "the_ledger_only_grows",
        change_an_entry="UPDATE reserve_entry SET grams = grams * 2",
        change_no_entry_at_all="UPDATE reserve_entry SET grams = 1 WHERE false",
        remove_an_entry="DELETE FROM reserve_entry",
        empty_the_entries="TRUNCATE reserve_entry",
        change_a_transfer="UPDATE reserve_transfer SET document = 'x'",
        remove_a_transfer="DELETE FROM reserve_transfer WHERE id = {old}",
        empty_the_transfers="TRUNCATE reserve_transfer CASCADE",
        give_an_account_away="UPDATE reserve_account SET place_id = '320581' WHERE id = {reserve}",
        make_a_lot_younger="UPDATE reserve_lot SET vintage = '2030-01-01'",
        change_what_was_verified="UPDATE reserve_source SET verified_grams = 1",
        forgive_a_debt="DELETE FROM reserve_debt",
        shrink_a_debt="UPDATE reserve_debt SET grams = 1",
        unvoid="DELETE FROM reserve_voiding",
        reopen_a_quarter="DELETE FROM reserve_closedquarter",
        break_a_seal="UPDATE reserve_seal SET root = '\\x00'",
        move_a_position="UPDATE reserve_position SET position = position + 100",
        unseal="DELETE FROM reserve_seal",
    ),
    *of(
        5,
        "balances_equal_the_sum_of_entries",
        write_a_balance="UPDATE reserve_balance SET grams = 1000000 WHERE account_id = {reserve}",
        add_a_balance="INSERT INTO reserve_balance (account_id, lot_id, may_be_negative, grams,"
        " last_effective_on) VALUES ({used}, {lot}, false, 5, now())",
        remove_a_balance="DELETE FROM reserve_balance",
        empty_the_balances="TRUNCATE reserve_balance",
    ),
    *of(
        9,
        "a_seal_continues_the_last",
        forge_a_seal="INSERT INTO reserve_seal (number, first_position, last_position, root,"
        " chain, horizon, sealed_at) SELECT max(number) + 1, max(last_position) + 1,"
        " max(last_position), '\\x00', '\\x00', 1, now() FROM reserve_seal",
        fork_the_chain="INSERT INTO reserve_seal (number, first_position, last_position, root,"
        " chain, horizon, sealed_at) SELECT 1, 1, 0, root, '\\x01', horizon, now()"
        " FROM reserve_seal LIMIT 1",
    ),
    *of(
        9,
        "a_seal_fits_every_entry_it_covers",
        seal_what_is_not_there="INSERT INTO reserve_seal (number, first_position, last_position,"
        " root, chain, horizon, sealed_at) SELECT number + 1, last_position + 1,"
        " last_position + 1, '\\x00', ledger.link(chain, '\\x00', number + 1, last_position + 1,"
        " last_position + 1, date_trunc('milliseconds', now()) + interval '1 day'), horizon,"
        " date_trunc('milliseconds', now()) + interval '1 day'"
        " FROM reserve_seal ORDER BY number DESC LIMIT 1",
        give_a_position_by_hand=raw(GIVE)
        + "; INSERT INTO reserve_position (position, transfer_id, seal_id)"
        " SELECT 1000, (SELECT max(id) FROM reserve_transfer), max(number) FROM reserve_seal",
    ),
]
