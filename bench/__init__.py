"""What the house costs, as ratios measured side by side in one run: the machines are noisy, ratios less so."""
