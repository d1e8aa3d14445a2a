//! A folder with the files of a small desk, and engines over it.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use deskql::internal::sql;
use deskql::{Engine, EngineSettings, Error, Result, parse};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::super::messages::faults;

/// A statement is stopped after this time, and after this many rows.
const LONGEST: Duration = Duration::from_secs(2);
const MOST_ROWS: usize = 10_000;
const MEMORY: usize = 64 << 20;

/// Statements that begin so leave the engine as it was.
const READS: [&str; 8] = [
    "select",
    "from",
    "with",
    "values",
    "explain",
    "describe",
    "show",
    "summarize",
];

const TICKETS: &str = "\
id,team,amount,day,at,note,score
1,billing,4.5,2026-03-01,2026-03-01 09:00:00,7,5
2,technical,3.0,2026-03-02,2026-03-02 10:00:00,8,11
3,sales,0,2026-03-03,2026-03-03 11:00:00,x9,3
4,,1.25,2026-03-04,2026-03-04 12:00:00,,0
";
const EVENTS: &str = "\
ticket_id,event_at,kind,actor_role,is_public,field,old_value,new_value
1,2026-03-01 09:00:00,created,customer,true,,,
1,2026-03-01 10:00:00,comment,agent,true,,,
2,2026-03-02 10:00:00,created,customer,true,,,
2,2026-03-02 18:00:00,change,agent,false,status,open,solved
";
const LINES: &str = r#"{"id":1,"team":"billing","tags":["a","b"],"who":{"name":"ana","age":3}}
{"id":2,"team":"technical","tags":[],"who":{"name":"ben","age":null}}
{"id":3,"team":null,"tags":null,"who":null}
"#;
const DAYS: &str = "\
BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\n\
SUMMARY:Christmas\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const CONFIG: &str = r#"
[calendars.desk]
time_zone = "Europe/Berlin"
hours = { mon-fri = ["09:00-17:00"] }
ics = "days.ics"
"#;

pub struct Desk {
    folder: TempDir,
    runtime: Runtime,
    /// Over the tables, as long as no statement may have changed it.
    engine: Option<Engine>,
    /// A Parquet file up to its footer.
    pages: Vec<u8>,
}

impl Desk {
    /// Runs `work` with the desk of this thread.
    pub fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        thread_local! {
            static DESK: RefCell<Desk> = RefCell::new(Desk::new());
        }
        DESK.with_borrow_mut(work)
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut desk = Self {
            folder,
            runtime,
            engine: None,
            pages: Vec::new(),
        };
        desk.write("tickets.csv", TICKETS.as_bytes());
        desk.write("events.csv", EVENTS.as_bytes());
        desk.write("lines.ndjson", LINES.as_bytes());
        let target = desk.path("nested.parquet");
        let copy = format!(
            "COPY (SELECT id, team, CAST(amount AS DECIMAL(10, 2)) AS money, at, [1, 2, id] AS list, \
             named_struct('a', id, 'b', team) AS rec FROM tickets ORDER BY id) TO '{}'",
            target.display()
        );
        let tickets = desk.open(&["tickets.csv"], None).unwrap();
        desk.answer(&tickets, &copy).unwrap();
        let file = std::fs::read(&target).unwrap();
        let footer = file.len() - 8;
        let length = file[footer..footer + 4].try_into().unwrap();
        desk.pages = file[..footer - u32::from_le_bytes(length) as usize].to_vec();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn open(&self, data: &[&str], config: Option<&str>) -> Result<Engine> {
        let data = data
            .iter()
            .map(|name| self.path(name).display().to_string());
        self.runtime.block_on(Engine::open(EngineSettings {
            data: data.collect(),
            config: config.map(|name| self.path(name)),
            threads: Some(2),
            memory_limit: Some(MEMORY),
            temp_dir: Some(self.folder.path().to_owned()),
            ..EngineSettings::default()
        }))
    }

    fn answer(&self, engine: &Engine, text: &str) -> Result<()> {
        let work = async {
            // One by one, as the program does: a message has no place in the text then, which takes lines of its own.
            for statement in parse(text)? {
                let mut execution = engine.execute(&statement).await?;
                let mut rows = 0;
                while let Some(batch) = execution.next_batch().await? {
                    rows += batch.num_rows();
                    if rows > MOST_ROWS {
                        break;
                    }
                }
            }
            Ok(())
        };
        let stopped = self
            .runtime
            .block_on(async { tokio::time::timeout(LONGEST, work).await });
        stopped.unwrap_or(Ok(()))
    }

    /// The bytes of a Parquet file with this footer.
    pub fn with_footer(&self, footer: &[u8]) -> Vec<u8> {
        let length = u32::try_from(footer.len()).unwrap_or(u32::MAX);
        [&self.pages, footer, &length.to_le_bytes(), b"PAR1"].concat()
    }

    /// Asks one statement over the desk's own tables.
    pub fn over_tables(&mut self, text: &str) -> Option<String> {
        let engine = match self.engine.take() {
            Some(engine) => engine,
            None => self
                .open(
                    &[
                        "tickets.csv",
                        "events.csv",
                        "lines.ndjson",
                        "nested.parquet",
                    ],
                    None,
                )
                .unwrap(),
        };
        let problem = complaint(self.answer(&engine, text), text.as_bytes());
        let start = text.trim_start().to_lowercase();
        if READS.iter().any(|word| start.starts_with(word)) {
            self.engine = Some(engine);
        }
        problem
    }

    /// Asks `questions` over one file that is the input.
    pub fn over_file(&self, name: &str, input: &[u8], questions: &[&str]) -> Option<String> {
        self.write(name, input);
        self.ask(self.open(&[name], None), input, questions)
    }

    /// Asks `questions` of an engine with a config, where the file `name` is the input.
    pub fn over_config(&self, name: &str, input: &[u8], questions: &[&str]) -> Option<String> {
        self.write("days.ics", DAYS.as_bytes());
        self.write("deskql.toml", CONFIG.as_bytes());
        self.write(name, input);
        self.ask(self.open(&[], Some("deskql.toml")), input, questions)
    }

    fn ask(&self, engine: Result<Engine>, input: &[u8], questions: &[&str]) -> Option<String> {
        let engine = match engine {
            Ok(engine) => engine,
            Err(error) => return complaint(Err(error), input),
        };
        let mut answers = questions.iter().map(|text| self.answer(&engine, text));
        answers.find_map(|answer| complaint(answer, input))
    }
}

/// What is wrong with the message of an error. What the input itself says may be repeated in it.
fn complaint(outcome: Result<()>, input: &[u8]) -> Option<String> {
    let message = match outcome.err()? {
        Error::Query(inner) => sql::explain(&inner, None),
        own => own.to_string(),
    };
    // In parentheses, what the Parquet reader says of the damage, in the words of that format.
    let damage = message.find("damaged Parquet").unwrap_or(message.len());
    let input = String::from_utf8_lossy(input);
    let is_repeated = |fault: &str| match fault {
        "a line break" => input.contains(['\n', '\r']),
        _ if fault.ends_with(" characters") => input.len() > 200,
        _ => input.contains(fault),
    };
    let mut faults = faults(&message[..damage]);
    faults.retain(|fault| !is_repeated(fault));
    (!faults.is_empty()).then(|| format!("{faults:?} in: {message}"))
}
