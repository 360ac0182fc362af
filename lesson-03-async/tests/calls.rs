//! The library: what a call meets on a network, and that calls wait together. Where time matters it is tokio's own
//! clock, stopped: it jumps to the next timer when every task waits, so half a minute is over at once.

mod servers;

use std::time::Duration;

use lesson_03_async::apis::{Call, parse_url};
use lesson_03_async::client::{CallError, LONGEST_ANSWER, get};
use lesson_03_async::gather::{ask, at_the_same_time, one_after_the_other};
use lesson_03_async::server::{Route, Server};
use tokio::runtime::Builder;
use tokio::time::Instant;

const PATIENCE: Duration = Duration::from_secs(30);

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn get_now(url: &str) -> Result<String, CallError> {
    block_on(get(&parse_url(url).expect("a URL")))
}

fn calls(urls: &[&str]) -> Vec<Call> {
    urls.iter()
        .map(|url| Call {
            name: (*url).to_owned(),
            url: parse_url(url).expect("a URL"),
        })
        .collect()
}

#[test]
fn silent_servers_are_given_up_and_waited_for_together() {
    let (_listening, url) = servers::silent();
    let calls = calls(&[&url, &url, &url]);
    block_on(async {
        let start = Instant::now();
        let answers = at_the_same_time(&calls, PATIENCE).await;
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Err(CallError::Late(PATIENCE)))),
            "{answers:?}"
        );
        let together = start.elapsed();
        assert!(
            (PATIENCE..PATIENCE * 11 / 10).contains(&together),
            "{together:?}"
        );

        let start = Instant::now();
        let answers = one_after_the_other(&calls, PATIENCE).await;
        assert_eq!(answers.len(), 3);
        assert!(start.elapsed() >= PATIENCE * 3);
    });
}

#[test]
fn a_late_answer_says_how_long_it_was_waited_for() {
    let (_listening, url) = servers::silent();
    let call = calls(&[&url]).remove(0);
    assert_eq!(
        block_on(ask(call, PATIENCE)).unwrap_err().to_string(),
        "no answer within 30s"
    );
}

#[test]
fn answers_keep_the_order_of_the_calls() {
    let (_held, nobody) = servers::unreachable();
    let one = servers::canned(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
    let two = servers::canned(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n",
    );
    let calls = calls(&[&two, &nobody, &one]);
    let answers = Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(at_the_same_time(&calls, PATIENCE));
    assert_eq!(answers[0].as_ref().unwrap(), "two");
    assert!(matches!(answers[1], Err(CallError::Connect(_))));
    assert_eq!(answers[2].as_ref().unwrap(), "one");
}

#[test]
fn a_bad_answer_is_an_error_that_says_what_was_bad() {
    for (answer, why) in [
        (
            &b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"[..],
            "the server answered 404 Not Found",
        ),
        (
            b"HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\n\r\n",
            "the server answered 301",
        ),
        (b"", "no complete answer: connection closed"),
        (b"hello\r\n\r\n", "no complete answer: invalid HTTP version"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "no complete answer: error reading a body",
        ),
    ] {
        let error = get_now(&servers::canned(answer)).unwrap_err().to_string();
        assert!(error.starts_with(why), "{error}");
        assert_eq!(error.lines().count(), 1);
    }
}

#[test]
fn of_an_endless_answer_only_the_beginning_is_read() {
    // Announced: 100 MB. Sent: enough.
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n".to_vec();
    answer.resize(answer.len() + 2 * LONGEST_ANSWER, b'x');
    let text = get_now(&servers::canned(answer.leak())).unwrap();
    assert!(text.starts_with("xxx") && text.ends_with(" ... (cut after 65536 bytes)"));
    assert_eq!(text.matches('x').count(), LONGEST_ANSWER);
}

#[test]
fn the_server_answers_what_it_has_and_stops_when_dropped() {
    let route = Route {
        path: "/a".into(),
        text: "Data from A".into(),
        delay: Duration::ZERO,
    };
    let server = Server::start(vec![route]).unwrap();
    let (known, unknown) = (server.url("/a"), server.url("/b"));
    assert_eq!(get_now(&known).unwrap(), "Data from A");
    assert!(matches!(get_now(&unknown), Err(CallError::Status(status)) if status == 404));
    drop(server);
    assert!(get_now(&known).is_err());
}

#[test]
fn a_server_stops_in_the_middle_of_an_answer() {
    let route = Route {
        path: "/".into(),
        text: String::new(),
        delay: Duration::from_hours(1),
    };
    let server = Server::start(vec![route]).unwrap();
    let url = parse_url(&server.url("/")).unwrap();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let asked = runtime.spawn(async move { get(&url).await });
    // Until the request is on its way.
    runtime.block_on(async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    });
    drop(server);
    assert!(runtime.block_on(asked).unwrap().is_err());
}

#[test]
fn only_http_urls_with_a_host_can_be_called() {
    for url in [
        "http://h",
        "http://h:8000/a?b=c",
        "http://127.0.0.1:1/",
        "http://[::1]:8000/",
    ] {
        assert!(parse_url(url).is_ok(), "{url}");
    }
    for text in [
        "",
        "h",
        "/path",
        "http://",
        "http:///path",
        "https://h/",
        "ftp://h/",
        "http://a b/",
        "http://h:99999/",
        "http://me:secret@h/",
    ] {
        assert!(
            parse_url(text).unwrap_err().contains("http://HOST/PATH"),
            "{text}"
        );
    }
}
