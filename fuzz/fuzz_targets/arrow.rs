#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| deskql_fuzz::check(deskql_fuzz::arrow, input));
