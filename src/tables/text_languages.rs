//! The languages of `[text]` in a config file.

use super::config::ConfigFile;
use crate::error::Result;
use crate::insight;

/// ISO 639-1 codes of the languages that customers write in, in the order of the file.
///
/// # Errors
/// If one is unknown or stands there twice; the error has its line.
pub(super) fn of_config(config: &ConfigFile) -> Result<Vec<String>> {
    let mut codes: Vec<String> = Vec::new();
    for code in config
        .text_section()
        .iter()
        .flat_map(|text| &text.languages)
    {
        let known = insight::check_language(code.get_ref());
        known.map_err(|problem| config.problem(&code.span(), problem))?;
        if codes.contains(code.get_ref()) {
            let twice = format!("language {:?} stands there twice", code.get_ref());
            return Err(config.problem(&code.span(), twice));
        }
        codes.push(code.get_ref().clone());
    }
    Ok(codes)
}
