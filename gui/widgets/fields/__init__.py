"""Fields for values: numbers, rates, batch sizes, layers."""
