//! The reports of a job's steps, made and written as `deskql report` does it.

use std::path::Path;

use async_trait::async_trait;
use clap::ValueEnum;

use super::print_format::PrintFormat;
use super::report_format::{ReportFormat, hints};
use crate::archive::audit;
use crate::archive::job::{ReportOrder, ReportOutline, StepReportWriter, WrittenReport};
use crate::error::{Error, Result};
use crate::output::ResultFormat;
use crate::report::{self, ReportInputs, ReportRequest};
use crate::tables::ConfigFile;
use crate::terminal::OutputTarget;
use crate::{Engine, EngineSettings};

/// Makes reports by the settings of a job, whose folder is the working folder.
#[derive(Debug)]
pub(super) struct ReportFileWriter {
    settings: EngineSettings,
}

impl ReportFileWriter {
    pub(super) fn new(settings: &EngineSettings) -> Self {
        Self {
            settings: settings.clone(),
        }
    }

    /// `deskql.toml` as it is now: it may be changed while a job runs.
    fn config(&self) -> Result<Option<ConfigFile>> {
        let EngineSettings {
            config,
            found_config,
            ..
        } = &self.settings;
        audit::read_config(config.as_deref(), found_config.as_deref())
    }

    fn request(&self) -> ReportRequest {
        ReportRequest {
            data: self.settings.data.clone(),
            queries: self.settings.queries.clone(),
            ..ReportRequest::default()
        }
    }
}

#[async_trait(?Send)]
impl StepReportWriter for ReportFileWriter {
    fn outline(&self, name: &str) -> Result<ReportOutline> {
        let inputs = report::inputs(name, &self.request(), self.config()?.as_ref())?;
        let ReportInputs {
            parameters,
            statements,
            definition,
            settings,
        } = inputs;
        Ok(ReportOutline {
            parameters,
            statements,
            definition,
            // The footer names the locations.
            settings: format!("{settings}\n{:?}", self.settings.data),
        })
    }

    fn check_format(&self, format: Option<&str>, output: &str) -> Result<()> {
        format_of(format, output).map(drop)
    }

    fn check_params(&self, order: &ReportOrder) -> Result<()> {
        report::check_parameters(&order.report, &order.params)
    }

    async fn write(&self, engine: &Engine, order: &ReportOrder) -> Result<WrittenReport> {
        let format = format_of(order.format.as_deref(), &order.output)?;
        // The format of the text itself; a target needs one of results.
        let text = Some(ResultFormat::Markdown);
        let path = Path::new(&order.output);
        let mut target = OutputTarget::open(text, Some(path), &self.settings.scratch)?;
        let request = ReportRequest {
            day: order.day,
            parameters: order.params.clone(),
            stamp: order.stamp.clone(),
            ..self.request()
        };
        let config = self.config()?;
        let made = report::make(engine, &order.report, &request, config.as_ref()).await?;
        let written = WrittenReport {
            misses_goal: report::misses_a_goal(&made),
            hints: hints(&made),
        };
        target.write_text(&format.file_text(made, false)?)?;
        Ok(written)
    }
}

fn format_of(format: Option<&str>, output: &str) -> Result<ReportFormat> {
    if matches!(output, "-" | "/dev/stdout") {
        let problem = "a step writes its report to a file or a URL, not to standard output";
        return Err(Error::Usage(problem.to_owned()));
    }
    let Some(name) = format else {
        return ReportFormat::from_path(Path::new(output)).ok_or_else(|| {
            Error::Usage(format!(
                "the ending of {output:?} is none of .html, .md, .txt and .json: add format = \"html\""
            ))
        });
    };
    let known = PrintFormat::from_str(name, true).ok();
    known.and_then(ReportFormat::from_name).ok_or_else(|| {
        Error::Usage(format!(
            "format {name:?}: a report is html, markdown, terminal or json"
        ))
    })
}
