"""What many models make of a drawing while the pen moves."""
