"""What stands between NumPy's numbers and the processor: the BLAS and denormal numbers."""
