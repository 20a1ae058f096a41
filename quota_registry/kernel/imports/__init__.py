"""Reading the lists that people keep in spreadsheets: hostile files out, untidy ones in."""
