//! Judges `08_cancel_safety`: messages whole and in pieces, with reports due in between.

use std::cell::RefCell;
use std::io;
use std::time::Duration;

use common::exercise;
use common::exercises::{Kind, Solved, expect};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::time::sleep;

use paused::{Service, on_one_thread};

mod paused;

crate::exercise!("../exercises/08_cancel_safety.rs");

/// What is sent in the seconds 1, 3, 5 …; reports are due in the seconds 2, 4, 6 …
type Pieces = &'static [&'static [u8]];

/// All messages whole, and every report when it is due.
pub fn check() -> Solved {
    on_one_thread("collect", async || {
        judge(
            &[b"\x03one\x03two", b"\x05three"],
            &["one", "two", "three"],
            &[(2, 2)],
        )
        .await;
        judge(&[b"\x03", b"one"], &["one"], &[(2, 0)]).await;
        let pieces: Pieces = &[b"\x03o", b"n", b"e\x05th", b"ree\x04four"];
        judge(pieces, &["one", "three", "four"], &[(2, 0), (4, 0), (6, 1)]).await;
    });
    Solved::new("with messages in one to three pieces, and a report between each two")
}

async fn judge(pieces: Pieces, messages: &[&str], reports: &[(u64, usize)]) {
    let (other_end, from) = duplex(64);
    let clock = Service::open();
    let seen = RefCell::new(Vec::new());
    let report = |count| seen.borrow_mut().push((clock.second(), count));
    let collect = exercise::collect(from, Duration::from_secs(2), report);
    let (collected, ()) = tokio::join!(collect, send(other_end, pieces));
    let sent = format!("sent in pieces: {}", shown(pieces));
    let all = messages
        .iter()
        .map(|message| (*message).to_owned())
        .collect();
    let collected = collected.map_err(|why| why.kind());
    expect(
        Kind::WrongResult,
        &format!("{sent}; what was read"),
        &collected,
        &Ok::<Vec<String>, io::ErrorKind>(all),
    );
    // One at the start is as good as none.
    let seen: Vec<_> = seen
        .into_inner()
        .into_iter()
        .filter(|(second, _)| *second > 0)
        .collect();
    expect(
        Kind::WrongResult,
        &format!("{sent}; reports, as (second, messages)"),
        &seen,
        &reports.to_vec(),
    );
    let last = 2 * pieces.len() as u64 - 1;
    expect(
        Kind::WrongResult,
        &format!("{sent}; seconds until it ended"),
        &clock.second(),
        &last,
    );
}

/// The last piece, and the end of the stream, come in the same second.
async fn send(mut to: DuplexStream, pieces: Pieces) {
    for (index, piece) in pieces.iter().enumerate() {
        sleep(Duration::from_secs(if index == 0 { 1 } else { 2 })).await;
        // An answer that has given up has closed its end: that is seen in what it returns.
        let _ = to.write_all(piece).await;
    }
}

fn shown(pieces: Pieces) -> String {
    pieces
        .iter()
        .map(|piece| format!("\"{}\"", piece.escape_ascii()))
        .collect::<Vec<_>>()
        .join(" ")
}
