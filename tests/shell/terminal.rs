//! The program in a pseudo-terminal, with a screen that can be read.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Callbacks, Parser, Screen};

/// Far longer than anything here takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);
pub(super) const PROMPT: &str = "deskql>";

type Pipe = Arc<Mutex<Box<dyn Write + Send>>>;

/// Reports the cursor position, as terminals do.
struct Answers(Pipe);

impl Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        _: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        if last == 'n' && parameters == [[6]] {
            let (row, column) = screen.cursor_position();
            let answer = format!("\x1b[{};{}R", row + 1, column + 1);
            self.0.lock().unwrap().write_all(answer.as_bytes()).unwrap();
        }
    }
}

/// Content of the screen, and whether the program has closed it.
struct Seen {
    parser: Parser<Answers>,
    is_closed: bool,
}

/// Options of the program.
pub(super) struct Start<'a> {
    pub(super) arguments: Vec<String>,
    pub(super) home: &'a Path,
    pub(super) variables: Vec<(&'a str, String)>,
    pub(super) size: (u16, u16),
}

impl<'a> Start<'a> {
    /// Over the sample data, without colours, pager and history of anyone else.
    pub(super) fn at(home: &'a Path) -> Self {
        let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data");
        Self {
            arguments: vec!["--data".to_owned(), data.to_owned()],
            home,
            variables: vec![("PAGER", "cat".to_owned())],
            size: (30, 100),
        }
    }

    pub(super) fn with(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub(super) fn sized(mut self, rows: u16, columns: u16) -> Self {
        self.size = (rows, columns);
        self
    }

    pub(super) fn run(self) -> Terminal {
        Terminal::start(&self)
    }
}

/// A running program and its screen.
pub(super) struct Terminal {
    seen: Arc<(Mutex<Seen>, Condvar)>,
    pipe: Pipe,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
}

impl Terminal {
    fn start(start: &Start<'_>) -> Self {
        let (rows, cols) = start.size;
        let pair = native_pty_system().openpty(size(rows, cols)).unwrap();
        let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("deskql"));
        command.args(&start.arguments);
        command.cwd(start.home);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", start.home);
        command.env("TERM", "xterm-256color");
        for (name, value) in &start.variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let pipe: Pipe = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let parser = Parser::new_with_callbacks(rows, cols, 1000, Answers(Arc::clone(&pipe)));
        let seen = Seen {
            parser,
            is_closed: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                let read = reader.read(&mut bytes).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.parser.process(&bytes[..read]);
                seen.is_closed = read == 0;
                shared.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self {
            seen,
            pipe,
            master: pair.master,
            child,
        }
    }

    /// Sends keys.
    pub(super) fn send(&self, keys: &str) {
        let mut pipe = self.pipe.lock().unwrap();
        pipe.write_all(keys.as_bytes()).unwrap();
        pipe.flush().unwrap();
    }

    /// Waits until the screen is as wanted and gives its text.
    pub(super) fn wait(&self, wanted: &str, is_so: impl Fn(&Screen) -> bool) -> String {
        let until = Instant::now() + LIMIT;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let screen = seen.parser.screen();
            if is_so(screen) {
                return text(screen);
            }
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !seen.is_closed,
                "waited for {wanted}; the screen shows:\n{}",
                text(screen)
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until `wanted` shows somewhere.
    pub(super) fn wait_for(&self, wanted: &str) -> String {
        self.wait(wanted, |screen| text(screen).contains(wanted))
    }

    /// Waits until the cursor stands at an empty prompt.
    pub(super) fn wait_for_prompt(&self) -> String {
        self.wait("the prompt", |screen| {
            let (row, column) = screen.cursor_position();
            line(screen, row).trim_end() == PROMPT && usize::from(column) == PROMPT.len() + 1
        })
    }

    /// Types `keys` and waits until `echo` stands before the cursor.
    pub(super) fn type_until(&self, keys: &str, echo: &str) -> String {
        self.send(keys);
        self.wait(&format!("{echo:?} before the cursor"), |screen| {
            let (row, column) = screen.cursor_position();
            let before: String = line(screen, row)
                .chars()
                .take(usize::from(column))
                .collect();
            before.ends_with(echo)
        })
    }

    /// Runs one line and returns the screen when the prompt is back.
    pub(super) fn run(&self, input: &str) -> String {
        let echo: String = input
            .chars()
            .rev()
            .take(20)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        self.type_until(input, &echo);
        self.send("\r");
        self.wait_for_prompt()
    }

    pub(super) fn resize(&self, rows: u16, columns: u16) {
        self.master.resize(size(rows, columns)).unwrap();
        self.lock().parser.screen_mut().set_size(rows, columns);
    }

    /// Waits for the end of the program and returns its exit code.
    pub(super) fn ends_with(&mut self) -> u32 {
        let until = Instant::now() + LIMIT;
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.is_closed {
            let left = until.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "the program goes on: {}",
                text(seen.parser.screen())
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        drop(seen);
        self.child.wait().unwrap().exit_code()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.child.kill().ok();
    }
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn line(screen: &Screen, row: u16) -> String {
    let (_, columns) = screen.size();
    screen
        .rows(0, columns)
        .nth(usize::from(row))
        .unwrap_or_default()
}

/// The screen without the blanks at the ends of its lines.
fn text(screen: &Screen) -> String {
    let (_, columns) = screen.size();
    let lines: Vec<String> = screen
        .rows(0, columns)
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n").trim_end().to_owned()
}
