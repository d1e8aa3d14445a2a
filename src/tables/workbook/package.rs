//! Size of the package that a workbook is: a zip archive of XML texts.

/// Bytes that the parts of a workbook may have uncompressed, which are held in memory.
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// Sum of the uncompressed sizes of all parts, as the directory of the archive has them; `None` if the bytes are no
/// archive.
pub(super) fn uncompressed_size(archive: &[u8]) -> Option<u64> {
    const END: &[u8; 4] = b"PK\x05\x06";
    const ENTRY: &[u8; 4] = b"PK\x01\x02";
    const ENTRY_LENGTH: usize = 46;
    // The end of the directory is followed by a comment of at most 64 KiB.
    let tail = archive.len().saturating_sub((1 << 16) + 22);
    let end = tail + archive[tail..].windows(4).rposition(|found| found == END)?;
    let start = usize::try_from(number(archive, end + 16, 4)?).ok()?;
    let count = number(archive, end + 10, 2)?;
    let (mut at, mut total) = (start, 0_u64);
    for _ in 0..count {
        if archive.get(at..at + 4)? != ENTRY {
            return None;
        }
        // 0xFFFFFFFF stands for a size above 4 GiB, which is too large anyway.
        total = total.saturating_add(number(archive, at + 24, 4)?);
        let mut length = ENTRY_LENGTH as u64;
        for field in [28, 30, 32] {
            length += number(archive, at + field, 2)?;
        }
        at += usize::try_from(length).ok()?;
    }
    Some(total)
}

/// A little-endian number of `length` bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let digits = bytes.get(at..at + length)?;
    let value = digits
        .iter()
        .rev()
        .fold(0, |value, digit| value << 8 | u64::from(*digit));
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_directory() {
        let mut archive = b"local".to_vec();
        for size in [7_u32, 1000] {
            let mut entry = vec![0_u8; 46];
            entry[..4].copy_from_slice(b"PK\x01\x02");
            entry[24..28].copy_from_slice(&size.to_le_bytes());
            entry[28] = 1;
            archive.extend(entry);
            archive.push(b'a');
        }
        let mut end = vec![0_u8; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        end[10] = 2;
        end[16] = 5;
        archive.extend(end);
        assert_eq!(uncompressed_size(&archive), Some(1007));
        assert_eq!(uncompressed_size(b"id,status\n"), None);
        assert_eq!(uncompressed_size(&archive[20..]), None);
    }
}
