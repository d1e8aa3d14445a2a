//! Traps of the engine that concern tables; the letter in a name is the row of the list of traps.
