"""The API of the stock: balances, accounts, transfers, lots, claims, tasks."""
