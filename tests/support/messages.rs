//! Words of the layers below, which no message may contain.

/// Words that no message has.
const BANNED: [&str; 13] = [
    "Field {",
    "Arrow error",
    "whilst decoding",
    "DataFusion",
    "datafusion",
    "ScalarValue",
    "Some(",
    "dyn ",
    "panicked",
    "internal error",
    "Internal error",
    "Error during planning",
    "Execution error",
];

/// Names of Arrow's types and of Rust, which no message has as words of their own.
const BANNED_WORDS: [&str; 44] = [
    "None",
    "Expr",
    "Utf8",
    "Utf8View",
    "LargeUtf8",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Float16",
    "Float32",
    "Float64",
    "Date32",
    "Date64",
    "Time32",
    "Time64",
    "Decimal32",
    "Decimal64",
    "Decimal128",
    "Decimal256",
    "Binary",
    "LargeBinary",
    "BinaryView",
    "FixedSizeBinary",
    "LargeList",
    "FixedSizeList",
    "MonthDayNano",
    "Nanosecond",
    "Microsecond",
    "Coercible",
    "TypeSignature",
    "TypeSignatureClass",
    "UserDefined",
    "NullAry",
    "Nullary",
    "VariadicAny",
    "DataType",
    "ArrowError",
    "IntervalMonthDayNano",
    "LogicalType",
];

/// Types of which only the content of the parentheses is shown.
const BANNED_CALLS: [&str; 6] = [
    "Timestamp(",
    "List(",
    "Struct(",
    "Dictionary(",
    "Duration(",
    "Interval(",
];

/// Problems of a message.
pub(crate) fn faults(message: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    for banned in BANNED.iter().chain(&BANNED_CALLS) {
        if message.contains(banned) {
            found.push((*banned).to_owned());
        }
    }
    for word in message.split(|c| !is_of_word(c)) {
        if BANNED_WORDS.contains(&word) {
            found.push(word.to_owned());
        }
    }
    for (at, _) in message.match_indices("::") {
        let rest = &message[at + 2..];
        let before = message[..at].chars().next_back();
        // A cast in SQL has a type of capitals behind it.
        let name: String = rest.chars().take_while(|c| is_of_word(*c)).collect();
        let is_rust = name.chars().any(char::is_lowercase) && name.chars().any(char::is_uppercase);
        if is_rust && before.is_some_and(is_of_word) {
            found.push(format!("::{name}"));
        }
    }
    if message.contains('\n') {
        found.push("a line break".to_owned());
    }
    if message.len() > 700 {
        found.push(format!("{} characters", message.len()));
    }
    found
}
