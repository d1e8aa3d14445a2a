//! Visitor of an object whose values are left as their texts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Name of a member, copied only if it has escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberKey<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for MemberKey<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = MemberKey<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(MemberKey(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(MemberKey(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Calls `each` for the members of the object `text` in order, with the text of each value.
///
/// # Errors
/// If `text` is not an object, or `each` fails.
pub(crate) fn for_each_member<'a>(
    text: &'a str,
    each: impl FnMut(MemberKey<'a>, &'a str) -> Result<(), String>,
) -> serde_json::Result<()> {
    struct MemberVisitor<F>(F);
    impl<'de, F> Visitor<'de> for MemberVisitor<F>
    where
        F: FnMut(MemberKey<'de>, &'de str) -> Result<(), String>,
    {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some((key, value)) = map.next_entry::<MemberKey<'de>, &'de RawValue>()? {
                (self.0)(key, value.get()).map_err(serde::de::Error::custom)?;
            }
            Ok(())
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(MemberVisitor(each))?;
    deserializer.end()
}
