//! Judges `05_framed_messages`: through another process and back, in small pieces, cut anywhere, and with lies in it.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::exercise;
use common::exercises::left::{expect_no_children, within};
use common::exercises::{Kind, Solved, expect, fail};

use exercise::{LIMIT, receive, send};

crate::exercise!("../exercises/05_framed_messages.rs");

const LIMIT_OF_TIME: Duration = Duration::from_secs(5);

/// Hands over one byte at a time, and is interrupted now and then, as a pipe may be.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(7) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let bytes = to.len().min(self.0.len()).min(1);
        to[..bytes].copy_from_slice(&self.0[..bytes]);
        self.0 = &self.0[bytes..];
        Ok(bytes)
    }
}

type Received = Result<Vec<Vec<u8>>, String>;

/// All messages up to the end, or the error before it.
fn receive_all(from: &mut impl Read) -> Received {
    let mut messages = Vec::new();
    while let Some(message) = receive(from).map_err(|why| why.to_string())? {
        messages.push(message);
        if messages.len() > 100 {
            return Err("more than a hundred messages, and no end".to_owned());
        }
    }
    Ok(messages)
}

/// The messages there and back through `cat`, which passes on whatever it reads.
fn through_another_process(messages: &[Vec<u8>]) -> io::Result<Received> {
    let mut cat = Command::new("cat")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (mut to, mut from) = cat
        .stdin
        .take()
        .zip(cat.stdout.take())
        .expect("both were asked to be piped");
    let received = std::thread::scope(|scope| {
        let sent = scope.spawn(move || {
            messages
                .iter()
                .try_for_each(|message| send(&mut to, message))
        });
        let received = receive_all(&mut from);
        // Whoever gave up on reading must not hold up who writes.
        drop(from);
        sent.join()
            .expect("sending does not panic")
            .map(|()| received)
    })?;
    cat.wait()?;
    Ok(received)
}

fn short(received: &Received) -> Result<Vec<usize>, String> {
    received
        .as_ref()
        .map(|messages| messages.iter().map(Vec::len).collect())
        .map_err(Clone::clone)
}

/// Whole messages of every kind, then broken ones.
pub fn check() -> Solved {
    let large: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let messages = vec![
        b"one".to_vec(),
        Vec::new(),
        b"two\nlines\n\0".to_vec(),
        large.clone(),
        b"last".to_vec(),
    ];
    let through = messages.clone();
    let got = within(
        LIMIT_OF_TIME,
        "sending five messages through `cat`",
        move || through_another_process(&through),
    );
    let got = got.map_err(|why| why.to_string()).and_then(|got| got);
    let what = "sending five messages through another process, by their lengths";
    expect(
        Kind::WrongResult,
        what,
        &short(&got),
        &short(&Ok(messages.clone())),
    );
    expect(
        Kind::WrongResult,
        "the messages are the same",
        &(got == Ok(messages)),
        &true,
    );
    expect_no_children();

    let mut bytes = Vec::new();
    let sent = [&b"twelve bytes"[..], b"", b"and more"];
    sent.iter()
        .for_each(|message| send(&mut bytes, message).expect("memory takes everything"));
    expect(
        Kind::WrongResult,
        "the first four bytes",
        &bytes[..4].to_vec(),
        &vec![12, 0, 0, 0],
    );
    let whole = Ok(sent.iter().map(|message| message.to_vec()).collect());
    expect(
        Kind::WrongResult,
        "one byte at a time",
        &receive_all(&mut Slow(&bytes, 0)),
        &whole,
    );

    for cut in 1..bytes.len() {
        let between_two = cut == 16 || cut == 20;
        match receive_all(&mut &bytes[..cut]) {
            Ok(messages) if !between_two => fail(
                Kind::WrongResult,
                format!(
                    "the pipe ended in the middle of a message, after byte {cut}: expected an error, got {messages:?}"
                ),
            ),
            Err(why) if between_two => fail(
                Kind::WrongResult,
                format!("the pipe ended between two messages: expected none, got {why}"),
            ),
            _ => {}
        }
    }

    let mut bytes = LIMIT.to_le_bytes().to_vec();
    bytes.resize(4 + LIMIT as usize, 7);
    let longest = receive(&mut bytes.as_slice()).map_err(|why| why.to_string());
    let length = longest.map(|message| message.map(|message| message.len()));
    expect(
        Kind::WrongResult,
        "a message as long as it may be",
        &length,
        &Ok(Some(LIMIT as usize)),
    );

    let long = vec![7; LIMIT as usize + 100];
    let mut bytes = (LIMIT + 1).to_le_bytes().to_vec();
    bytes.extend_from_slice(&long);
    if let Ok(Some(message)) = receive(&mut bytes.as_slice()) {
        let what = format!(
            "a message of {} bytes, over the limit: expected an error",
            message.len()
        );
        fail(Kind::WrongResult, what);
    }
    Solved::new("with messages through another process, in pieces, cut at every byte, and too long")
}
