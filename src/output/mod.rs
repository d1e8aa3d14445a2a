//! Record batches to each output format.
