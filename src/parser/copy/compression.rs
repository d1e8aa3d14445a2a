//! `COMPRESSION` and `COMPRESSION_LEVEL`, beside what the target's name says.

use datafusion::common::Span;
use datafusion::error::DataFusionError;

use super::names::{ExportName, compression_ending};
use super::option::WrittenOption;
use crate::parser::refused;
use crate::text::nearest;

const COMPRESSIONS: [&str; 9] = [
    "none",
    "gzip",
    "zstd",
    "bzip2",
    "xz",
    "snappy",
    "lz4",
    "brotli",
    "uncompressed",
];

/// Compression as written.
#[derive(Debug, Default)]
pub(super) struct WrittenCompression {
    name: Option<String>,
    level: Option<u64>,
    span: Option<Span>,
}

impl WrittenCompression {
    pub(super) fn read(&mut self, option: &WrittenOption) -> Result<(), DataFusionError> {
        self.span = option.span;
        if option.name == "compression" {
            self.name = Some(compression(option)?);
        } else {
            self.level = Some(option.number()?);
        }
        Ok(())
    }

    /// The engine's options. `is_theirs` is true if the statement has the engine's own option too.
    pub(super) fn settle(
        &self,
        format: Option<&'static str>,
        target: ExportName,
        is_theirs: bool,
    ) -> Result<Vec<(String, String)>, DataFusionError> {
        let mut options = Vec::new();
        let mut set = |key: &str, value: String| options.push((format!("format.{key}"), value));
        if let Some(by_name) = target.compression {
            self.check_name(format, by_name)?;
        }
        if format == Some("parquet") {
            if self.name.is_some() || self.level.is_some() {
                let name = self.name.as_deref().unwrap_or("zstd");
                set("compression", self.of_parquet(name)?);
            }
            return Ok(options);
        }
        if let Some(name) = target.compression.filter(|_| !is_theirs) {
            set("compression", name.to_owned());
        } else if let Some(name) = &self.name {
            set("compression", self.of_texts(name)?);
        }
        if let Some(level) = self.level {
            set("compression_level", level.to_string());
        }
        Ok(options)
    }

    /// Refuses a name that says something else than the options.
    fn check_name(
        &self,
        format: Option<&'static str>,
        by_name: &str,
    ) -> Result<(), DataFusionError> {
        let ending = compression_ending(by_name);
        if let Some(format @ ("parquet" | "arrow")) = format {
            let advice =
                format!("a {format} file is not compressed as a whole: leave .{ending} away");
            return Err(refused(&advice, self.span));
        }
        match self.name.as_deref() {
            Some(other) if other != by_name && other != "auto" => {
                let advice = format!("the name ends in .{ending}, and compression says {other}");
                Err(refused(&advice, self.span))
            }
            _ => Ok(()),
        }
    }

    fn of_parquet(&self, name: &str) -> Result<String, DataFusionError> {
        // `zstd(10)`, as DataFusion writes it.
        if name.ends_with(')') && self.level.is_none() {
            return Ok(name.to_owned());
        }
        let (usual, most) = match name {
            "auto" | "zstd" => (3, 22),
            "gzip" => (6, 9),
            "brotli" => (1, 11),
            _ => (0, 0),
        };
        let engine = match name {
            "none" | "uncompressed" => "uncompressed",
            "auto" => "zstd",
            "lz4" => "lz4_raw",
            "snappy" | "zstd" | "gzip" | "brotli" => name,
            _ => {
                let advice = format!(
                    "Parquet is not compressed by {name}: zstd, snappy, gzip, lz4, brotli and none are known"
                );
                return Err(refused(&advice, self.span));
            }
        };
        match self.level {
            None if most == 0 => Ok(engine.to_owned()),
            Some(_) if most == 0 => {
                let advice = format!("compression {name} has no level");
                Err(refused(&advice, self.span))
            }
            Some(level) if level > most => {
                let advice = format!("compression_level of {engine} is 1 to {most}");
                Err(refused(&advice, self.span))
            }
            level => Ok(format!("{engine}({})", level.unwrap_or(usual))),
        }
    }

    fn of_texts(&self, name: &str) -> Result<String, DataFusionError> {
        match name {
            "none" | "uncompressed" | "auto" => Ok("uncompressed".to_owned()),
            "gzip" | "zstd" | "bzip2" | "xz" => Ok(name.to_owned()),
            _ => {
                let advice = format!(
                    "texts are not compressed by {name}: gzip, zstd, bzip2, xz and none are known"
                );
                Err(refused(&advice, self.span))
            }
        }
    }
}

fn compression(option: &WrittenOption) -> Result<String, DataFusionError> {
    let text = option.text()?.to_ascii_lowercase();
    let name = match text.as_str() {
        "gz" => "gzip",
        "zst" => "zstd",
        "bz2" => "bzip2",
        "lzma" => "xz",
        "lz4_raw" => "lz4",
        other => other,
    };
    let base = name.split_once('(').map_or(name, |(base, _)| base);
    if COMPRESSIONS.contains(&base) || name == "auto" {
        return Ok(name.to_owned());
    }
    let hint = nearest(name, COMPRESSIONS).map_or_else(
        || format!("there are {}", COMPRESSIONS.join(", ")),
        |near| format!("did you mean {near}?"),
    );
    Err(option.refused(&format!("'{text}' is not known; {hint}")))
}
