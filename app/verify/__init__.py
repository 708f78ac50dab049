"""What judges the product: `reference/`, a slow second opinion on all that it computes."""
