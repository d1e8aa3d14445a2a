//! Physical operators and rules of ours, and the rules that place them.
