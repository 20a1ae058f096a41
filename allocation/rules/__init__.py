"""What the desk judges by: pure rules and tables; no database, no clock, no settings."""
