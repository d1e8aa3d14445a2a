//! The logo of a report, which travels in its page.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Largest file: a page of charts has under a megabyte, of which a logo is a small part.
const LARGEST: usize = 200_000;

/// `data:` address of the image at `path`.
///
/// # Errors
/// When it cannot be read, is too large, or is of another type.
pub(super) fn data_address(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    if bytes.len() > LARGEST {
        return Err(format!(
            "{} bytes are too many: at most {LARGEST}",
            bytes.len()
        ));
    }
    let kind =
        media_type(&bytes).ok_or("only PNG, JPEG, WebP, GIF and SVG images can be embedded")?;
    Ok(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
}

/// By the first bytes, whatever the file is called.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let starts = |start: &[u8]| bytes.starts_with(start);
    if starts(b"\x89PNG") {
        Some("image/png")
    } else if starts(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if starts(b"GIF8") {
        Some("image/gif")
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else if std::str::from_utf8(bytes).is_ok_and(|text| text.contains("<svg")) {
        Some("image/svg+xml")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_bytes() {
        assert_eq!(media_type(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(
            media_type(b"<?xml version='1.0'?><svg/>"),
            Some("image/svg+xml")
        );
        assert_eq!(media_type(b"<html>"), None);
    }
}
