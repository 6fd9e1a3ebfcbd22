"""The ways out of the hospital, one file each: plain functions that hand over once and say how it went."""
