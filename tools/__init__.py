"""What measures, attacks and makes the product's parts: run from a checkout, imported by nothing in `sim`."""
