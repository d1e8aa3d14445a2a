//! An object store whose files are read as checked text.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::form::TextForm;
use super::stream::{TextChunks, checked_part, decoded_text, uncompressed};

/// Reads through a [`TextForm`]: a whole file as its text without compression, a range as its bytes, checked.
#[derive(Debug)]
pub(super) struct TextReadingStore {
    pub(super) inner: Arc<dyn ObjectStore>,
    pub(super) compression: FileCompressionType,
    pub(super) form: TextForm,
}

impl TextReadingStore {
    fn text(&self, got: GetResult, is_range: bool) -> Result<TextChunks> {
        let (begins, ends) = (got.range.start == 0, got.range.end == got.meta.size);
        let bytes = uncompressed(got, self.compression).map_err(failed)?;
        Ok(if is_range {
            checked_part(bytes, &self.form, begins, ends)
        } else {
            decoded_text(bytes, &self.form)
        })
    }
}

fn failed(error: datafusion::error::DataFusionError) -> object_store::Error {
    object_store::Error::Generic {
        store: "text",
        source: Box::new(error),
    }
}

#[async_trait]
impl ObjectStore for TextReadingStore {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let is_range = options.range.is_some();
        let got = self.inner.get_opts(location, options).await?;
        let (meta, range, attributes) =
            (got.meta.clone(), got.range.clone(), got.attributes.clone());
        let text = self.text(got, is_range)?;
        Ok(GetResult {
            payload: GetResultPayload::Stream(text.map_err(failed).boxed()),
            meta,
            range,
            attributes,
        })
    }

    async fn put_opts(&self, to: &Path, data: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(to, data, how).await
    }

    async fn put_multipart_opts(
        &self,
        to: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(to, how).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, how).await
    }
}

impl fmt::Display for TextReadingStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
