"""The desk on screen: construction projects, applications, vouchers, trades, dispatch."""
