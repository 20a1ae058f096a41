"""
Top floor: the desk, where quota is used (§6–10, §20–23, P4).

Construction projects, their applications, what is set aside and released for them, vouchers,
trades and the quarterly dispatch. Every gram moves through ``reserve.services``; whether it may
move, the watch says through ``monitoring.selectors``.
"""
