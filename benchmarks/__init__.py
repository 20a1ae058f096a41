"""What the registry promises of its speed, measured as ratios on one machine in one run."""
