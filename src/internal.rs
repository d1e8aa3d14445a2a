//! Parts of the crate that its own program, tests and benchmarks use. They are no part of the API, and change
//! without notice.

pub use crate::cli::main;

pub mod calendar {
    //! Business calendars and business time.
    pub use crate::time::calendar::{
        BusinessCalendar, BusinessCalendars, BusinessTimeCalculator, CalendarSchedule, DayHours,
        DayRule, OpenSpan, ScheduleVersion, SpecialDayEntry, SpecialDays, WeekHours, effective,
    };
}

pub mod catalogue {
    //! The catalogue of KPIs.
    pub use crate::catalogue::{NAME, kpis};
}

pub mod chart {
    //! Charts of results.
    pub use crate::output::chart::{ChartCanvas, ChartSpec, ChartType, render};
}

pub mod functions {
    //! Functions of SQL.
    pub use crate::functions::{all_aggregate, all_scalar, is_kpi};
}

pub mod generate {
    //! The synthetic desk.
    pub use crate::generate::{
        DataFault, GenerateOptions, GenerateSummary, SAMPLE_SEED, SAMPLE_TICKETS, run,
    };
}

pub mod ingest {
    //! Exports as typed rows.
    pub use crate::archive::ingest::{
        FileCounts, IngestCounts, IngestMapping, IngestPreset, IngestReading, IngestSource,
        MappedBatch, MappedTable, PRESETS, ReadingOptions, ReadingOutcome, RejectLimit,
        RejectSummary, StagedRejects,
    };
}

pub mod output {
    //! Formats of results.
    pub use crate::output::{ResultFormat, ScreenOptions, writer};
}

pub mod settings {
    //! The settings `deskql.*`.
    pub use crate::settings::DeskqlOptions;
}

pub mod sla {
    //! SLA policies.
    pub use crate::sla::{PauseStatuses, SlaMetric, SlaPolicies, SlaRule};
}

pub mod sql {
    //! Hints and the wording of errors.
    pub use crate::sql::{explain, hints, located};
}
