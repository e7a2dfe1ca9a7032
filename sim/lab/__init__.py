"""What measures and attacks the product. Only commands import it."""
