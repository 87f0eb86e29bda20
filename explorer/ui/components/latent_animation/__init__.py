"""Points that move between frames, with what the decoder makes of their plane and a curve that keeps the place."""
