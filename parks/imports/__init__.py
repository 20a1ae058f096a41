"""Annual totals from workbooks, sheets and programs: one reading of a row for all of them."""
