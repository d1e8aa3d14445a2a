//! Results as text for people.

use std::io::Write;
use std::sync::{Arc, Mutex};

use datafusion::dataframe::DataFrame;
use deskql::internal::output::{self, ResultFormat, ScreenOptions};

/// A sink whose content can be read afterwards.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A result in a format, for a terminal of that width if there is one.
pub(crate) async fn bytes(
    frame: DataFrame,
    format: ResultFormat,
    terminal: Option<usize>,
) -> Vec<u8> {
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let batches = frame.collect().await.unwrap();
    let sink = Shared::default();
    let screen = terminal.map(ScreenOptions::new);
    let mut writer = output::writer(format, &schema, Box::new(sink.clone()), screen).unwrap();
    for batch in &batches {
        writer.write(batch).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    sink.take()
}
