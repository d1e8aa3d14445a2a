//! Targets of results: standard output, or a file that appears when it is complete.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::datatypes::SchemaRef;

use super::report::width;
use super::stored_output::{StoredOutput, is_url};
use crate::error::{Error, Result};
use crate::output::{self, OUTPUT, ResultFormat, ResultWriter, ScreenOptions};
use crate::parser::copy::ExportName;
use crate::runtime::{ScratchFiles, StagedFile, writing_failed};

/// Format and target of the results of one run.
#[derive(Debug)]
pub(crate) struct OutputTarget {
    format: ResultFormat,
    path: Option<PathBuf>,
    staged: Option<StagedFile>,
    /// In the place of `staged`, if the file is compressed or in an object store.
    stored: Option<StoredOutput>,
    results: usize,
    /// Layout on a terminal of any width.
    screen: ScreenOptions,
    is_broken: Arc<AtomicBool>,
}

impl OutputTarget {
    /// Determines the format and creates the file, before anything runs.
    pub(crate) fn open(
        format: Option<ResultFormat>,
        path: Option<&Path>,
        scratch: &ScratchFiles,
    ) -> Result<Self> {
        // /dev/stdout may lead to a file, but it must not be replaced.
        let is_stdout = |path: &Path| path == Path::new("-") || path == Path::new("/dev/stdout");
        let path = path.filter(|path| !is_stdout(path)).map(Path::to_owned);
        let format = match (format, &path) {
            (Some(format), _) => format,
            (None, Some(path)) => format_of(path)?,
            (None, None) => ResultFormat::Table,
        };
        if format.is_binary() && path.is_none() && io::stdout().is_terminal() {
            return Err(Error::Usage(format!(
                "{} is not for terminals: use --output FILE or redirect standard output",
                format.name()
            )));
        }
        let mut staged = match &path {
            Some(path) if !is_url(path) && is_file_or_new(path) => Some(stage(path, scratch)?),
            _ => None,
        };
        let stored = match &path {
            Some(path) => stored(path, format, scratch)?,
            None => None,
        };
        staged = staged.filter(|_| stored.is_none());
        Ok(Self {
            format,
            path,
            staged,
            stored,
            results: 0,
            screen: ScreenOptions::new(0),
            is_broken: Arc::default(),
        })
    }

    /// Limits the rows on a terminal to `rows` and shows every digit if `is_exact`.
    pub(crate) fn showing(mut self, rows: Option<usize>, is_exact: bool) -> Self {
        self.screen = ScreenOptions {
            rows,
            is_exact,
            ..self.screen
        };
        self
    }

    /// True if results are formatted for people, who need the units of columns.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format.is_for_people() && self.terminal().is_some()
    }

    /// A flag that becomes true when the reader of standard output is gone.
    pub(crate) fn broken_pipe(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_broken)
    }

    /// True if rows appear on a terminal while the query still runs.
    pub(crate) fn prints_early(&self) -> bool {
        self.terminal().is_some() && !self.format.is_for_people()
    }

    /// Starts the next result.
    pub(crate) fn writer(&mut self, schema: &SchemaRef) -> Result<Box<dyn ResultWriter>> {
        self.results += 1;
        if self.results > 1 && (self.path.is_some() || self.format.is_binary()) {
            return Err(Error::Usage(format!(
                "{} holds one result and the SQL gives more: run one query, or print text to \
                 standard output",
                self.name()
            )));
        }
        let mut sink = self.sink()?;
        if self.results > 1 && self.format == ResultFormat::Markdown {
            // Without an empty line the second table would continue the first.
            writeln!(sink).map_err(|source| self.with_output_name(Error::io(OUTPUT, source)))?;
        }
        output::writer(self.format, schema, sink, self.terminal())
            .map_err(|error| self.with_output_name(error))
    }

    /// Writes a text as the only result and finishes.
    pub(crate) fn write_text(&mut self, text: &str) -> Result<()> {
        self.results += 1;
        let mut sink = self.sink()?;
        let written = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
        drop(sink);
        written.map_err(|source| self.with_output_name(Error::io(OUTPUT, source)))?;
        self.finish()
    }

    /// Moves the file to its final name, if results went to a file.
    pub(crate) fn finish(&mut self) -> Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if self.results == 0 && (self.staged.is_some() || self.stored.is_some()) {
            return Err(Error::Usage(format!(
                "the SQL gives no result to write to {}",
                path.display()
            )));
        }
        if let Some(stored) = self.stored.take() {
            return stored.finish();
        }
        match self.staged.take() {
            Some(staged) => staged
                .persist()
                .map_err(|error| writing_failed(path, &error)),
            None => Ok(()),
        }
    }

    /// `error` with the name of the final file.
    pub(crate) fn with_output_name(&self, error: Error) -> Error {
        match error {
            Error::Io { path, source } if path == Path::new(OUTPUT) => {
                Error::io(self.name(), source)
            }
            other => other,
        }
    }

    fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None if self.format.is_binary() => self.format.name(),
            None => "standard output".to_owned(),
        }
    }

    fn sink(&self) -> Result<Box<dyn Write + Send>> {
        if let Some(stored) = &self.stored {
            return Ok(stored.sink());
        }
        let file = match (&self.staged, &self.path) {
            (Some(staged), _) => staged.handle(),
            (None, Some(path)) => File::options().write(true).open(path),
            (None, None) => {
                return Ok(Box::new(PipeAwareStdout {
                    inner: BufWriter::new(io::stdout()),
                    is_broken: Arc::clone(&self.is_broken),
                }));
            }
        };
        let file = file.map_err(|source| Error::io(self.name(), source))?;
        Ok(Box::new(BufWriter::new(file)))
    }

    fn terminal(&self) -> Option<ScreenOptions> {
        if self.path.is_some() {
            return None;
        }
        Some(ScreenOptions {
            width: width()?,
            ..self.screen
        })
    }
}

fn stage(path: &Path, scratch: &ScratchFiles) -> Result<StagedFile> {
    scratch
        .stage(path)
        .map_err(|error| match writing_failed(path, &error) {
            Error::Location { location, problem } => Error::Usage(format!("{location}: {problem}")),
            other => other,
        })
}

/// The format that the ending says, behind which a compression may stand.
fn format_of(path: &Path) -> Result<ResultFormat> {
    let name = ExportName::parse(&path.to_string_lossy());
    let plain = match name.compression {
        Some(_) => path.with_extension(""),
        None => path.to_owned(),
    };
    ResultFormat::from_path(&plain).ok_or_else(|| unknown_format(path))
}

/// A target that is compressed or in an object store.
fn stored(
    path: &Path,
    format: ResultFormat,
    scratch: &ScratchFiles,
) -> Result<Option<StoredOutput>> {
    let compression = ExportName::parse(&path.to_string_lossy()).compression;
    if compression.is_some() && format.is_binary() {
        return Err(Error::Usage(format!(
            "{}: a file in the format {} is not compressed as a whole: leave the last ending away",
            path.display(),
            format.name()
        )));
    }
    if compression.is_none() && !is_url(path) {
        return Ok(None);
    }
    StoredOutput::create(path, compression, scratch).map(Some)
}

fn unknown_format(path: &Path) -> Error {
    Error::Usage(format!(
        "{}: the extension does not say which format to write: add --format",
        path.display()
    ))
}

/// False for devices and pipes, which are written to, not replaced.
fn is_file_or_new(path: &Path) -> bool {
    !path.starts_with("/dev")
        && std::fs::metadata(path).map_or(true, |at| at.is_file() || at.is_dir())
}

/// Standard output that records that its reader is gone.
#[derive(Debug)]
struct PipeAwareStdout {
    inner: BufWriter<io::Stdout>,
    is_broken: Arc<AtomicBool>,
}

impl PipeAwareStdout {
    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result
            .as_ref()
            .is_err_and(|e| e.kind() == ErrorKind::BrokenPipe)
        {
            self.is_broken.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl Write for PipeAwareStdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(bytes);
        self.note(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.note(result)
    }
}
