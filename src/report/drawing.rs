//! What a chart of a report draws, for every face.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::error::Result;
use crate::output::chart::{self, ChartCanvas, ChartOverlays, ChartSpec};

/// Rows and the way to draw them. The terminal and the page draw the same marks on the same scales.
#[derive(Debug, Clone)]
pub(crate) struct ChartDrawing {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) spec: ChartSpec,
    pub(crate) overlays: ChartOverlays,
}

impl ChartDrawing {
    /// # Errors
    /// When a column is not there or there is nothing to draw.
    pub(crate) fn check(&self) -> Result<()> {
        self.svg("x", "").map(|_drawn| ())
    }

    /// An `<svg>` element; `id` begins the ids in it.
    ///
    /// # Errors
    /// When there is nothing to draw.
    pub(crate) fn svg(&self, id: &str, description: &str) -> Result<String> {
        chart::svg(
            &self.schema,
            &self.batches,
            &self.spec,
            &self.overlays,
            id,
            description,
        )
    }

    /// Lines of text.
    ///
    /// # Errors
    /// When there is nothing to draw.
    pub(crate) fn text(&self, canvas: ChartCanvas) -> Result<String> {
        chart::render(&self.schema, &self.batches, &self.spec, canvas)
    }
}
