"""What the watch judges by: pure rules and dated tables; no database, no clock, no settings."""
