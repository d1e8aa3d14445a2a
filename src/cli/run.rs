//! One-shot SQL: runs every statement in order and prints the results one after another.

use futures::StreamExt;

use super::args::GlobalArgs;
use super::script::Source;
use crate::error::{Error, Result};
use crate::output;
use crate::{Engine, Settings};

pub(crate) fn run(global: &GlobalArgs, sources: &[Source]) -> Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = global.threads {
        runtime.worker_threads(threads.get());
    }
    let runtime = runtime
        .enable_all()
        .build()
        .map_err(|source| Error::io("starting threads", source))?;
    let format = global.format.unwrap_or(output::Format::Table);
    runtime.block_on(execute(global.settings(), sources, format))
}

async fn execute(settings: Settings, sources: &[Source], format: output::Format) -> Result<()> {
    let engine = Engine::open(settings).await?;
    for source in sources {
        let text = source.read()?;
        let mut stream = engine.sql(&text).await?.execute_stream().await?;
        let mut writer =
            output::writer(format, &stream.schema(), Box::new(std::io::stdout()), None)?;
        while let Some(batch) = stream.next().await {
            writer.write(&batch?)?;
        }
        writer.finish()?;
    }
    Ok(())
}
