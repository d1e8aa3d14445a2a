//! Serialized sets of ids, to be merged elsewhere.
//!
//! Byte `0` and the ids, 8 bytes each in little-endian order; or byte `1`, the number of plain ids (4 bytes,
//! little-endian), the plain ids, and a 64-bit roaring bitmap of the others in its portable format.

use datafusion::common::{DataFusionError, Result, exec_datafusion_err};
use roaring::RoaringTreemap;

use super::set::IdSet;

const PLAIN: u8 = 0;
const WITH_BITMAP: u8 = 1;

/// Appends `set` to `bytes`.
///
/// # Errors
/// When more than 2³² ids are in no bitmap.
pub(super) fn write(set: &mut IdSet, bytes: &mut Vec<u8>) -> Result<()> {
    let mut plain = |ids: &[u64]| {
        bytes.push(PLAIN);
        bytes.extend(ids.iter().flat_map(|id| id.to_le_bytes()));
    };
    let pages = match set {
        IdSet::Inline { len, ids } => {
            plain(&ids[..usize::from(*len)]);
            return Ok(());
        }
        IdSet::List(ids) => {
            plain(ids);
            return Ok(());
        }
        IdSet::Paged(pages) => pages,
    };
    let rest = pages.rest();
    let count = u32::try_from(rest.len());
    let ids: Vec<u8> = rest.iter().flat_map(|id| id.to_le_bytes()).collect();
    let bitmap = pages.bitmap();
    if bitmap.is_empty() {
        bytes.push(PLAIN);
    } else {
        let count = count.map_err(|error| exec_datafusion_err!("ids far apart: {error}"))?;
        bytes.push(WITH_BITMAP);
        bytes.extend(count.to_le_bytes());
    }
    bytes.extend(ids);
    if !bitmap.is_empty() {
        bitmap.serialize_into(&mut *bytes).map_err(broken)?;
    }
    Ok(())
}

/// Same as [`write()`], for a set of one id.
pub(super) fn write_one(id: u64, bytes: &mut Vec<u8>) {
    bytes.push(PLAIN);
    bytes.extend(id.to_le_bytes());
}

/// Adds the ids in `bytes` to `set`.
///
/// # Errors
/// When `bytes` was not written by [`write()`].
pub(super) fn merge(set: &mut IdSet, bytes: &[u8], heap: &mut usize) -> Result<()> {
    let Some((&kind, bytes)) = bytes.split_first() else {
        return Ok(());
    };
    let (ids, bitmap) = match (kind, bytes.split_first_chunk()) {
        (PLAIN, _) => (bytes, None),
        (WITH_BITMAP, Some((count, bytes))) => {
            let length = 8 * u32::from_le_bytes(*count) as usize;
            let parts = bytes.split_at_checked(length);
            let (ids, bitmap) = parts.ok_or_else(|| broken("too short"))?;
            (ids, Some(bitmap))
        }
        _ => return Err(broken("unknown kind")),
    };
    let (ids, odd) = ids.as_chunks::<8>();
    if !odd.is_empty() {
        return Err(broken("odd length"));
    }
    set.extend(ids.iter().map(|id| u64::from_le_bytes(*id)), heap);
    if let Some(bitmap) = bitmap {
        let bitmap = RoaringTreemap::deserialize_from(bitmap).map_err(broken)?;
        set.merge(bitmap, heap);
    }
    Ok(())
}

fn broken(why: impl std::fmt::Display) -> DataFusionError {
    exec_datafusion_err!("the state of a distinct count is damaged: {why}")
}
