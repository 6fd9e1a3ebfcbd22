"""The engine of what leaves the hospital: at least once, in order where a lane asks for it, never lost in silence."""
