//! Judges `08_cancel_safety`: messages whole and in pieces, empty and as long as they may be, with
//! reports in between.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use judge::chance::any;
use judge::exercise;
use judge::{Kind, Solved, expect, fail};
use tokio::io::{AsyncRead, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::time::sleep;

use paused::{Service, expect_millis, millis, on_one_thread, watched};

crate::exercise!("../exercises/08_cancel_safety.rs");

/// Bytes, and the milliseconds between those before them and these.
type Piece = (u64, Vec<u8>);

/// Expects all messages whole, and every report when it is due.
pub fn check() -> Solved {
    on_one_thread("collect", async || {
        let pieces = |pieces: &[&[u8]]| -> Vec<Piece> {
            pieces.iter().map(|piece| (2_003, piece.to_vec())).collect()
        };
        judge(2_011, &pieces(&[b"\x03one\x03two", b"\x05three"])).await;
        judge(1_511, &pieces(&[b"\x03", b"one"])).await;
        judge(
            1_511,
            &pieces(&[b"\x03o", b"n", b"e\x05th", b"ree\x04four"]),
        )
        .await;
        judge(
            709,
            &pieces(&[b"\x00", b"\x00\x01a\x00", b"\x00\x02b", b"c\x00"]),
        )
        .await;
        judge(709, &pieces(&[])).await;
        judge(97, &[(30_011, b"\x04late".to_vec()), (10_007, Vec::new())]).await;
        let all: Vec<u8> = some_messages().concat();
        judge(1_013, &[(5_003, all.clone())]).await;
        let each: Vec<Piece> = all.iter().map(|byte| (53, vec![*byte])).collect();
        judge(1_013, &each).await;
        for every in [61, 307, 1_013] {
            judge(every, &torn(&all)).await;
        }
        many_at_once().await;
        ends_inside_a_message().await;
        fails().await;
    });
    Solved::new(
        "with messages of 0 to 255 bytes, whole, in pieces and byte by byte, and reports in between",
    )
}

fn framed(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("no test has one that long");
    [&[length], text.as_bytes()].concat()
}

/// Returns empty messages, equal ones, some that look like a length, and the longest; with letters
/// of several bytes.
fn some_messages() -> Vec<Vec<u8>> {
    let longest = "é".repeat(127) + "!";
    let texts = [
        "",
        "one",
        "\u{3}",
        "one",
        "",
        "",
        "naïve ✓ 🎈",
        &longest,
        "\n",
        "x",
        &longest[..200],
        "last",
    ];
    texts.iter().map(|text| framed(text)).collect()
}

/// Cuts them into pieces of any length, that come at any time.
fn torn(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let most = if any(0..4) == 0 { 90 } else { 5 };
        let length = usize::try_from(any(1..most)).unwrap_or(1).min(rest.len());
        let (piece, behind) = rest.split_at(length);
        pieces.push((any(20..900), piece.to_vec()));
        rest = behind;
    }
    pieces
}

/// Returns when each piece comes: none in the very moment of a report.
fn scheduled(every: u64, pieces: &[Piece]) -> Vec<(u64, Vec<u8>)> {
    let mut now = 0;
    let at = |(apart, piece): &Piece| {
        now += apart;
        while now % every < 8 || now % every > every - 8 {
            now += 1;
        }
        (now, piece.clone())
    };
    pieces.iter().map(at).collect()
}

/// Returns the whole messages in these bytes.
fn whole(mut bytes: &[u8]) -> Vec<String> {
    let mut messages = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let Some((text, behind)) = rest.split_at_checked(usize::from(*length)) else {
            break;
        };
        messages.push(String::from_utf8_lossy(text).into_owned());
        bytes = behind;
    }
    messages
}

fn shown(pieces: &[Piece]) -> String {
    let quoted: Vec<String> = pieces
        .iter()
        .take(5)
        .map(|(_, piece)| {
            let start = &piece[..piece.len().min(24)];
            let more = if piece.len() > start.len() { "…" } else { "" };
            format!("\"{}{more}\"", start.escape_ascii())
        })
        .collect();
    let more = if pieces.len() > quoted.len() {
        " …"
    } else {
        ""
    };
    format!("{} pieces: {}{more}", pieces.len(), quoted.join(" "))
}

async fn judge(every: u64, pieces: &[Piece]) {
    let schedule = scheduled(every, pieces);
    let sent = format!("{}; a report every {every} ms", shown(pieces));
    let (other_end, from) = duplex(64);
    let clock = Service::open();
    let seen = RefCell::new(Vec::new());
    let report = |count| seen.borrow_mut().push((clock.millis(), count));
    let end = schedule.last().map_or(0, |(at, _)| *at);
    let things = pieces.len() * 6 + usize::try_from(end / every).unwrap_or(0) * 2;
    let collect = exercise::collect(from, millis(every), report);
    let collect = watched(&sent, things, collect);
    let (collected, ()) = tokio::join!(collect, send(other_end, &schedule));
    let took = clock.millis();

    let all: Vec<u8> = schedule
        .iter()
        .flat_map(|(_, piece)| piece.clone())
        .collect();
    let wanted = whole(&all);
    let collected = collected.map_err(|why| why.to_string());
    if let Ok(got) = &collected {
        for (number, (got, wanted)) in got.iter().zip(&wanted).enumerate() {
            let what = format!("{sent}; message {}", number + 1);
            expect(Kind::WrongResult, &what, got, wanted);
        }
    }
    let count = collected.map(|got| got.len());
    let what = format!("{sent}; how many messages were read");
    expect(Kind::WrongResult, &what, &count, &Ok(wanted.len()));
    expect_reports(&sent, &seen.into_inner(), every, &schedule);
    expect_millis(&format!("{sent}; its end"), took, end);
    clock.expect_quiet("when all was read").await;
}

async fn send(mut to: DuplexStream, schedule: &[(u64, Vec<u8>)]) {
    let mut now = 0;
    for (at, piece) in schedule {
        sleep(millis(at - now)).await;
        now = *at;
        // An answer that has given up has closed its end: that is seen in what it returns.
        let _ = to.write_all(piece).await;
    }
}

/// Ends the check unless these are the reports. One at the start is as good as none.
fn expect_reports(sent: &str, seen: &[(u64, usize)], every: u64, schedule: &[(u64, Vec<u8>)]) {
    let end = schedule.last().map_or(0, |(at, _)| *at);
    let seen: Vec<_> = seen.iter().filter(|(at, _)| *at > 2).collect();
    let due: Vec<u64> = (1..)
        .map(|report| report * every)
        .take_while(|at| *at < end)
        .collect();
    for (number, at) in due.iter().enumerate() {
        let what = format!("{sent}; the report due after {at} ms");
        let Some((seen_at, count)) = seen.get(number) else {
            fail(Kind::WrongResult, format!("{what} never came"));
        };
        expect_millis(&what, *seen_at, *at);
        let come = schedule.iter().take_while(|(come, _)| come < at);
        let come: Vec<u8> = come.flat_map(|(_, piece)| piece.clone()).collect();
        expect(Kind::WrongResult, &what, count, &whole(&come).len());
    }
    expect(
        Kind::WrongResult,
        &format!("{sent}; how many reports"),
        &seen.len(),
        &due.len(),
    );
}

/// Judges with more messages at once than anything holds.
async fn many_at_once() {
    let text = |number: usize| format!("message {number} {}", "-".repeat(number % 200));
    let wanted: Vec<String> = (0..4_000).map(text).collect();
    let bytes: Vec<u8> = wanted.iter().flat_map(|text| framed(text)).collect();
    let (mut to, from) = duplex(5_000);
    let collect = exercise::collect(from, millis(709), |_| {});
    let (collected, ()) = tokio::join!(collect, async move {
        let _ = to.write_all(&bytes).await;
    });
    let same = collected.is_ok_and(|collected| collected == wanted);
    expect(
        Kind::WrongResult,
        "4,000 messages at once are all read, in their order",
        &same,
        &true,
    );
}

/// Judges with an end at every byte: inside a message it is an error.
async fn ends_inside_a_message() {
    let messages = [framed("one"), framed(""), framed("three")];
    let bytes = messages.concat();
    for cut in 0..bytes.len() {
        let between = [0, 4, 5].contains(&cut);
        let (mut to, from) = duplex(64);
        let part = bytes[..cut].to_vec();
        let collect = exercise::collect(from, millis(307), |_| {});
        let (collected, ()) = tokio::join!(collect, async move {
            sleep(millis(709)).await;
            let _ = to.write_all(&part).await;
            sleep(millis(709)).await;
        });
        let what = format!("the stream ends after byte {cut} of {}", bytes.len());
        match collected {
            Ok(got) if !between => fail(
                Kind::WrongResult,
                format!("{what}, inside a message: expected an error, got {got:?}"),
            ),
            Ok(got) => expect(Kind::WrongResult, &what, &got, &whole(&bytes[..cut])),
            Err(why) if between => fail(
                Kind::WrongResult,
                format!("{what}, between two messages: expected no error, got {why}"),
            ),
            Err(_) => {}
        }
    }
}

/// A stream that gives one byte at a time, and then an error.
struct Broken(&'static [u8]);

impl AsyncRead for Broken {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some((first, rest)) = self.0.split_first() else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        if to.remaining() > 0 {
            to.put_slice(&[*first]);
            self.0 = rest;
        }
        Poll::Ready(Ok(()))
    }
}

async fn fails() {
    for bytes in [&b""[..], b"\x03on", b"\x03one", b"\x03one\x05"] {
        let collected = exercise::collect(Broken(bytes), millis(709), |_| {}).await;
        if let Ok(got) = collected {
            let what = format!("reading fails after \"{}\"", bytes.escape_ascii());
            fail(
                Kind::WrongResult,
                format!("{what}: expected its error, got {got:?}"),
            );
        }
    }
}
