//! What the parser misreads, mended on tokens and on the syntax tree; called from `sql`.
