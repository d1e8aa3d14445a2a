//! Workbooks written by hand: a zip archive whose parts are stored as they are.

/// Part of the archive: its name and text.
pub(crate) type WorkbookPart<'a> = (&'a str, &'a str);

/// The bytes of a zip archive.
pub(crate) fn archive(parts: &[WorkbookPart<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let offset = u32::try_from(bytes.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let sum = crc32fast::hash(text.as_bytes()).to_le_bytes();
        // Version 2.0, no flags, stored, the first day of 1980; then sum, sizes and lengths.
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 33, 0];
        common.extend([sum, size, size].concat());
        common.extend([length, [0, 0]].concat());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let start = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\x00\x00\x00\x00");
    bytes.extend([count, count].concat());
    bytes.extend([length, start].concat());
    bytes.extend([0, 0]);
    bytes
}

/// A workbook with these sheets: names and the XML of their data. Cells of style 1 are dates, of style 2 dates with
/// a time, of style 3 lengths of time.
pub(crate) fn workbook(sheets: &[(&str, &str)], properties: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let root = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{RELATION}/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"[h]:mm:ss\"/></numFmts>\
         <cellXfs count=\"4\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"164\"/>\
         </cellXfs></styleSheet>"
    );
    let (mut listed, mut related, mut texts) = (String::new(), String::new(), Vec::new());
    for (index, (name, data)) in sheets.iter().enumerate() {
        listed += &format!(
            "<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"s{index}\"/>",
            index + 1
        );
        related += &format!(
            "<Relationship Id=\"s{index}\" Type=\"{RELATION}/worksheet\" Target=\"worksheets/sheet{index}.xml\"/>"
        );
        let text = format!("<worksheet xmlns=\"{MAIN}\">{data}</worksheet>");
        texts.push((format!("xl/worksheets/sheet{index}.xml"), text));
    }
    related +=
        &format!("<Relationship Id=\"st\" Type=\"{RELATION}/styles\" Target=\"styles.xml\"/>");
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATION}\">{properties}<sheets>{listed}</sheets></workbook>"
    );
    let related = format!("<Relationships xmlns=\"{PACKAGE}\">{related}</Relationships>");
    let mut parts: Vec<WorkbookPart<'_>> = vec![
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &related),
        ("xl/styles.xml", &styles),
    ];
    parts.extend(
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    archive(&parts)
}

/// The XML of rows. A cell is written as text, a number (`=5`), of a style (`=5@1`), a truth value (`?1`), an
/// error (`!#N/A`), or is empty.
pub(crate) fn rows(rows: &[&[&str]]) -> String {
    let mut xml = "<sheetData>".to_owned();
    for (row, cells) in rows.iter().enumerate() {
        xml += &format!("<row r=\"{}\">", row + 1);
        for (column, cell) in cells.iter().enumerate() {
            let letter = char::from(b'A' + u8::try_from(column).unwrap());
            let place = format!("r=\"{letter}{}\"", row + 1);
            xml += &match cell.split_at_checked(1) {
                None => String::new(),
                Some(("=", number)) => match number.split_once('@') {
                    Some((number, style)) => {
                        format!("<c {place} s=\"{style}\"><v>{number}</v></c>")
                    }
                    None => format!("<c {place}><v>{number}</v></c>"),
                },
                Some(("?", value)) => format!("<c {place} t=\"b\"><v>{value}</v></c>"),
                Some(("!", value)) => format!("<c {place} t=\"e\"><v>{value}</v></c>"),
                Some(_) => format!("<c {place} t=\"inlineStr\"><is><t>{cell}</t></is></c>"),
            };
        }
        xml += "</row>";
    }
    xml + "</sheetData>"
}
