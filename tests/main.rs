//! Integration tests: one binary, because each further one links all of DataFusion again.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod audit;
mod backlog_series;
mod bench;
mod calendar;
mod catalogue;
mod chart_limits;
mod charts;
mod cli;
mod config;
mod copy;
mod deep_sql;
mod delta;
mod differential;
mod display;
mod distinct;
mod documentation;
mod exports;
mod fast_paths;
mod folders;
mod friendly;
mod fuzz_cases;
mod generate;
mod hints;
mod house;
mod hunt;
mod ingest;
mod insight;
mod job;
mod json_files;
mod kpi_laws;
mod lake;
mod laterals;
mod local_time;
mod memory;
mod named_cli;
mod named_queries;
mod numbers;
mod object_store;
mod output;
mod own_data;
mod packaging;
mod pages;
mod percentiles;
mod readme;
mod reference_values;
mod refusals;
mod repeat_contacts;
mod report;
mod shell;
mod sla;
mod slt;
mod stock_engine;
mod stores;
mod support;
mod tables;
mod ticket_facts;
mod time_arithmetic;
mod time_text;
mod traps;
mod traps_kpis;
mod traps_page;
mod traps_tables;
mod traps_zones;
mod unused_options;
mod upstream;
