//! Judges `05_framed_messages`: through another process and back, in small pieces, cut anywhere,
//! and with lies in it.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::measure::process_status;
use judge::chance::any;
use judge::exercise;
use judge::left::{alone, within};
use judge::programs::described;
use judge::{Kind, Solved, counted, expect, fail};

use exercise::{LIMIT, receive, send};

crate::exercise!("../exercises/05_framed_messages.rs");

const SOON: Duration = Duration::from_secs(5);

/// The limit of the brief.
const LONGEST: u32 = 1 << 20;

/// Judges with whole messages of every kind, then with broken ones.
pub fn check() -> Solved {
    expect(Kind::WrongResult, "LIMIT", &LIMIT, &LONGEST);
    through_another_process();
    within(SOON, "sending a message", what_is_sent);
    within(
        SOON,
        "sending where little is taken",
        writers_that_take_little,
    );
    within(SOON, "sending where writing fails", writers_that_fail);
    within(
        SOON,
        "receiving where little comes",
        readers_that_give_little,
    );
    within(SOON, "receiving where the pipe ends anywhere", cut_anywhere);
    within(SOON, "receiving where reading fails", readers_that_fail);
    within(SOON, "receiving the longest message", as_long_as_it_may_be);
    within(SOON, "receiving a message that is too long", too_long);
    within(
        SOON,
        "receiving a message that is far too long",
        far_too_long,
    );
    Solved::new("with messages through another process, in pieces, cut at every byte, and too long")
}

/// Returns bytes that do not repeat themselves every 256, so that a piece in the wrong place is
/// seen.
fn bytes(length: usize) -> Vec<u8> {
    let mut state = any(1..1 << 40);
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// Returns the bytes that stand in the pipe for these messages.
fn framed(messages: &[Vec<u8>]) -> Vec<u8> {
    let frame = |message: &Vec<u8>| {
        let length = u32::try_from(message.len()).expect("no test has one that long");
        [&length.to_le_bytes()[..], message].concat()
    };
    messages.iter().map(frame).collect::<Vec<_>>().concat()
}

fn some_messages() -> Vec<Vec<u8>> {
    vec![
        b"one".to_vec(),
        Vec::new(),
        b"two\nlines\n\0\r\n".to_vec(),
        vec![0; 4],
        Vec::new(),
        Vec::new(),
        bytes(257),
        vec![0xff; 5],
        b"last".to_vec(),
    ]
}

type Received = Result<Vec<Vec<u8>>, String>;

/// Receives all messages up to the end, or the error before it.
fn receive_all(from: &mut impl Read) -> Received {
    let mut messages = Vec::new();
    while let Some(message) = receive(from).map_err(|why| why.to_string())? {
        messages.push(message);
        if messages.len() > 100 {
            return Err("more than a hundred messages, and no end".to_owned());
        }
    }
    // The end is still the end.
    match receive(from) {
        Ok(None) => Ok(messages),
        Ok(Some(_)) => Err("a message behind the end".to_owned()),
        Err(why) => Err(format!("asked once more behind the end: {why}")),
    }
}

fn expect_received(what: &str, got: &Received, wanted: &[Vec<u8>]) {
    let got = match got {
        Ok(got) if got == wanted => return,
        Ok(got) => got,
        Err(why) => fail(
            Kind::WrongResult,
            format!(
                "{what}: expected {} messages, got the error {why}",
                wanted.len()
            ),
        ),
    };
    let lengths = |messages: &[Vec<u8>]| messages.iter().map(Vec::len).collect::<Vec<_>>();
    expect(
        Kind::WrongResult,
        &format!("{what}: the lengths of the messages"),
        &lengths(got),
        &lengths(wanted),
    );
    for (number, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        expect(
            Kind::WrongResult,
            &format!("{what}: message {}", number + 1),
            &described(got),
            &described(wanted),
        );
    }
    fail(
        Kind::WrongResult,
        format!("{what}: the messages are not the same"),
    );
}

/// Judges with messages there and back through `cat`, which passes on all that it reads.
fn through_another_process() {
    let mut messages = some_messages();
    for length in [70_000, LONGEST as usize, 300_001] {
        messages.push(bytes(length));
        messages.push(b"behind it".to_vec());
    }
    let all = messages.clone();
    let what = format!("{} messages through `cat` and back", messages.len());
    let got = alone(SOON, &what, move || there_and_back(&messages));
    let got = got.map_err(|why| format!("{why}, when sending"));
    expect_received(&what, &got.and_then(|received| received), &all);
}

fn there_and_back(messages: &[Vec<u8>]) -> io::Result<Received> {
    let mut cat = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let pipes = cat.stdin.take().zip(cat.stdout.take());
    let (mut to, mut from) = pipes.expect("both were asked to be piped");
    let received = std::thread::scope(|scope| {
        let sent = scope.spawn(move || {
            messages
                .iter()
                .try_for_each(|message| send(&mut to, message))
        });
        let received = receive_all(&mut from);
        // The sender must not wait for a reader that has given up.
        drop(from);
        let sent = sent.join().expect("sending does not panic");
        // Sending fails because receiving has.
        if received.is_err() {
            return Ok(received);
        }
        sent.map(|()| received)
    });
    cat.wait()?;
    received
}

fn what_is_sent() {
    for length in [0, 1, 255, 256, 65_535, 65_536, LONGEST as usize] {
        let message = bytes(length);
        let mut sent = Vec::new();
        let what = format!("sending a message of {length} bytes");
        if let Err(why) = send(&mut sent, &message) {
            fail(Kind::WrongResult, format!("{what}: {why}"));
        }
        let wanted = framed(&[message]);
        expect(
            Kind::WrongResult,
            &format!("{what}: how many are written, and the first four"),
            &(sent.len(), sent.get(..4)),
            &(wanted.len(), wanted.get(..4)),
        );
        expect(
            Kind::WrongResult,
            &what,
            &described(&sent),
            &described(&wanted),
        );
    }
}

/// A pipe that takes or gives this many bytes at a time, one size after the other, and is
/// interrupted before each.
struct Little<T> {
    inner: T,
    sizes: Vec<usize>,
    calls: usize,
}

impl<T> Little<T> {
    fn new(inner: T, sizes: &[usize]) -> Little<T> {
        let sizes = sizes.to_vec();
        Little {
            inner,
            sizes,
            calls: 0,
        }
    }

    /// Returns the next size; `Err` before each.
    fn next(&mut self) -> io::Result<usize> {
        self.calls += 1;
        if self.calls % 2 == 1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(self.sizes[self.calls / 2 % self.sizes.len()])
    }
}

impl Read for Little<&[u8]> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let most = self.next()?.min(to.len());
        self.inner.read(&mut to[..most])
    }
}

impl Write for Little<Vec<u8>> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let most = self.next()?.min(bytes.len());
        self.inner.write(&bytes[..most])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SIZES: [&[usize]; 5] = [&[1], &[2], &[3, 1], &[5, 1, 2], &[1000, 1, 7]];

fn writers_that_take_little() {
    let messages = some_messages();
    for sizes in SIZES {
        let mut to = Little::new(Vec::new(), sizes);
        let what = format!("sending where {sizes:?} bytes at a time are taken");
        for message in &messages {
            if let Err(why) = send(&mut to, message) {
                fail(Kind::WrongResult, format!("{what}: {why}"));
            }
        }
        let wanted = framed(&messages);
        expect(
            Kind::WrongResult,
            &format!("{what}: how many are written"),
            &to.inner.len(),
            &wanted.len(),
        );
        expect(Kind::WrongResult, &what, &(to.inner == wanted), &true);
    }
}

/// A pipe that takes some bytes, and then no more.
struct Full(usize, io::ErrorKind);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return match self.1 {
                io::ErrorKind::WriteZero => Ok(0),
                kind => Err(kind.into()),
            };
        }
        let most = bytes.len().min(self.0);
        self.0 -= most;
        Ok(most)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn writers_that_fail() {
    for kind in [io::ErrorKind::BrokenPipe, io::ErrorKind::WriteZero] {
        for taken in [0, 1, 4, 5, 9] {
            if send(&mut Full(taken, kind), b"a message").is_ok() {
                let what = format!("sending where only {taken} bytes were taken ({kind})");
                fail(Kind::WrongResult, format!("{what}: expected an error"));
            }
        }
    }
}

fn readers_that_give_little() {
    let messages = some_messages();
    let bytes = framed(&messages);
    for sizes in SIZES {
        let what = format!("receiving where {sizes:?} bytes at a time come");
        let got = receive_all(&mut Little::new(&bytes[..], sizes));
        expect_received(&what, &got, &messages);
    }
    let what = "receiving what all lies in the pipe already";
    expect_received(what, &receive_all(&mut &bytes[..]), &messages);
    expect_received("an empty pipe", &receive_all(&mut &b""[..]), &[]);
}

fn cut_anywhere() {
    let messages = vec![b"twelve bytes".to_vec(), Vec::new(), b"and more".to_vec()];
    let bytes = framed(&messages);
    let mut between = vec![0];
    for message in &messages {
        between.push(between[between.len() - 1] + 4 + message.len());
    }
    for cut in 0..=bytes.len() {
        let got = receive_all(&mut &bytes[..cut]);
        if let Some(whole) = between.iter().position(|at| *at == cut) {
            let what = format!("the pipe ended between two messages, after byte {cut}");
            expect_received(&what, &got, &messages[..whole]);
        } else if let Ok(messages) = got {
            fail(
                Kind::WrongResult,
                format!(
                    "the pipe ended in the middle of a message, after byte {cut}: expected an error, got {}",
                    counted(messages.len(), "message", "messages")
                ),
            );
        }
    }
}

/// A pipe that gives these bytes, and then an error.
struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        match self.0.read(to)? {
            0 if !to.is_empty() => Err(io::ErrorKind::ConnectionReset.into()),
            count => Ok(count),
        }
    }
}

fn readers_that_fail() {
    let bytes = framed(&[b"a message".to_vec()]);
    for cut in [0, 1, 4, 6] {
        if let Ok(got) = receive(&mut Broken(&bytes[..cut])) {
            let got = got.map(|message| message.len());
            let what = format!("reading fails after byte {cut}: expected its error, got {got:?}");
            fail(Kind::WrongResult, what);
        }
    }
}

fn as_long_as_it_may_be() {
    let messages = vec![bytes(LONGEST as usize), b"behind it".to_vec()];
    let bytes = framed(&messages);
    let what = "a message as long as it may be, and one behind it";
    let sizes = &[40_000, 65_536, 1];
    expect_received(
        what,
        &receive_all(&mut Little::new(&bytes[..], sizes)),
        &messages,
    );
}

/// Judges with lengths that are lies: that many bytes do not come.
fn too_long() {
    for length in [LONGEST + 1, 1 << 24, 1 << 31, u32::MAX - 3, u32::MAX] {
        for follows in [0, 5, LONGEST as usize + 100] {
            let mut bytes = length.to_le_bytes().to_vec();
            bytes.resize(4 + follows, 7);
            let before = process_status("VmPeak:").unwrap_or(0);
            let got = receive(&mut &bytes[..]);
            let more = process_status("VmPeak:")
                .unwrap_or(0)
                .saturating_sub(before)
                / 1024;
            let what = format!("a length of {length}, over the limit, and {follows} bytes");
            if let Ok(got) = got {
                let got = got.map(|message| message.len());
                fail(
                    Kind::WrongResult,
                    format!("{what}: expected an error, got Ok({got:?})"),
                );
            }
            // An error in the end is not enough.
            if more > 200 {
                fail(
                    Kind::WrongResult,
                    format!("{what}: it took {more} MiB of memory"),
                );
            }
        }
    }
}

/// A pipe in which much comes; it looks now and then how large the process is.
struct Watched<T> {
    inner: T,
    count: usize,
    /// In KiB.
    largest: u64,
}

impl<T: Read> Read for Watched<T> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        const STEP: usize = 1 << 22;
        let count = self.inner.read(to)?;
        if self.count / STEP < (self.count + count) / STEP {
            self.largest = self.largest.max(resident());
        }
        self.count += count;
        Ok(count)
    }
}

/// Returns the memory that this process has, in KiB; 0 where the system does not tell.
fn resident() -> u64 {
    process_status("VmRSS:").unwrap_or(0)
}

/// Judges with a length that is no lie: that many bytes do come. Kept, they take that much memory.
fn far_too_long() {
    let length = 1_u32 << 26;
    let header = length.to_le_bytes();
    let before = resident();
    let mut pipe = Watched {
        inner: (&header[..]).chain(io::repeat(7).take(length.into())),
        count: 0,
        largest: before,
    };
    let what = format!("a length of {length}, over the limit, and as many bytes");
    if receive(&mut pipe).is_ok() {
        fail(
            Kind::WrongResult,
            format!("{what}: expected an error, got Ok"),
        );
    }
    let more = pipe.largest.saturating_sub(before) / 1024;
    if more > 32 {
        let what = format!("{what}: it took {more} MiB of memory");
        fail(Kind::WrongResult, what);
    }
}
