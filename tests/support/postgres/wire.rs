//! The part of `PostgreSQL`'s protocol that queries need: simple queries, answers as text.

use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Version 3.0 of the protocol.
const PROTOCOL: u32 = 196_608;

/// A session with a server.
#[derive(Debug)]
pub(crate) struct Connection {
    input: BufReader<UnixStream>,
}

/// Result of a query: the types' object identifiers (`pg_type.oid`), and cells as text.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct TextRows {
    pub(crate) types: Vec<u32>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

impl Connection {
    /// Opens a session with the server that listens at `socket`.
    pub(super) fn open(socket: &Path) -> io::Result<Self> {
        let stream = UnixStream::connect(socket)?;
        let mut connection = Self {
            input: BufReader::new(stream),
        };
        let mut startup = PROTOCOL.to_be_bytes().to_vec();
        startup.extend(b"user\0postgres\0database\0postgres\0\0");
        connection.send(None, &startup)?;
        match connection.answer()? {
            Ok(_) => Ok(connection),
            Err(message) => Err(io::Error::other(message)),
        }
    }

    /// Result of `sql`, or the server's message; the outer error is a broken connection.
    pub(crate) fn ask(&mut self, sql: &str) -> io::Result<Result<TextRows, String>> {
        let mut text = sql.as_bytes().to_vec();
        text.push(0);
        self.send(Some(b'Q'), &text)?;
        self.answer()
    }

    fn send(&mut self, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
        let mut message: Vec<u8> = kind.into_iter().collect();
        let length = u32::try_from(body.len() + 4).unwrap();
        message.extend(length.to_be_bytes());
        message.extend(body);
        self.input.get_mut().write_all(&message)
    }

    fn receive(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 5];
        self.input.read_exact(&mut head)?;
        let length = u32::from_be_bytes(head[1..].try_into().unwrap());
        let mut body = vec![0; usize::try_from(length).unwrap() - 4];
        self.input.read_exact(&mut body)?;
        Ok((head[0], body))
    }

    /// Reads until the server is ready for the next query.
    fn answer(&mut self) -> io::Result<Result<TextRows, String>> {
        let mut answer = TextRows::default();
        let mut error = None;
        loop {
            let (kind, body) = self.receive()?;
            let mut body = Body(&body);
            match kind {
                b'T' => {
                    answer.types = (0..body.short()).map(|_| body.field_type()).collect();
                    answer.rows.clear();
                }
                b'D' => {
                    let cells = (0..body.short()).map(|_| body.cell());
                    answer.rows.push(cells.collect());
                }
                b'E' => error = Some(body.message()),
                b'Z' => break,
                _ => {}
            }
        }
        Ok(error.map_or(Ok(answer), Err))
    }
}

/// The unread rest of a message.
struct Body<'a>(&'a [u8]);

impl Body<'_> {
    fn take(&mut self, bytes: usize) -> &[u8] {
        let (head, rest) = self.0.split_at(bytes);
        self.0 = rest;
        head
    }

    fn short(&mut self) -> u16 {
        u16::from_be_bytes(self.take(2).try_into().unwrap())
    }

    fn long(&mut self) -> u32 {
        u32::from_be_bytes(self.take(4).try_into().unwrap())
    }

    fn text(&mut self) -> String {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap();
        let text = String::from_utf8_lossy(self.take(end)).into_owned();
        self.take(1);
        text
    }

    /// The type in a description of a column: name, table, number in it, type, size, modifier, format.
    fn field_type(&mut self) -> u32 {
        self.text();
        self.take(6);
        let oid = self.long();
        self.take(8);
        oid
    }

    /// A cell; the length of NULL is -1.
    fn cell(&mut self) -> Option<String> {
        let length = self.long();
        let bytes = usize::try_from(length).unwrap();
        (length != u32::MAX).then(|| String::from_utf8_lossy(self.take(bytes)).into_owned())
    }

    /// The field `M` of an error.
    fn message(&mut self) -> String {
        while self.0.first().is_some_and(|kind| *kind != 0) {
            let kind = self.take(1)[0];
            let text = self.text();
            if kind == b'M' {
                return text;
            }
        }
        "no message".to_owned()
    }
}
