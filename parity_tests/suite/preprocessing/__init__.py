"""What makes data ready."""
