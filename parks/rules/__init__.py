"""What the parks judge by: pure rules and tables; no database, no clock, no settings."""
