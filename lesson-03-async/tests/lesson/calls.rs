//! The library: what a call meets on a network, and that calls wait together. Where time matters it is tokio's own
//! clock, stopped: it jumps to the next timer when every task waits, so half a minute is over at once.

use std::time::Duration;

use lesson_03_async::gather::{ask, at_the_same_time, one_after_the_other};
use lesson_03_async::support::api_server::{ApiServer, Route};
use lesson_03_async::support::calls::{Call, parse_url};
use lesson_03_async::support::client::{CallError, LONGEST_ANSWER, get};
use tokio::time::Instant;

use super::bad_servers;

const PATIENCE: Duration = Duration::from_secs(30);

async fn get_text(url: &str) -> Result<String, CallError> {
    get(&parse_url(url).expect("a URL")).await
}

fn calls(urls: &[&str]) -> Vec<Call> {
    urls.iter()
        .map(|url| Call {
            name: (*url).to_owned(),
            url: parse_url(url).expect("a URL"),
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn silent_servers_are_given_up_and_waited_for_together() {
    let (_listening, url) = bad_servers::silent();
    let calls = calls(&[&url, &url, &url]);

    let start = Instant::now();
    let answers = at_the_same_time(&calls, PATIENCE).await;
    let together = start.elapsed();
    for answer in answers {
        assert!(matches!(answer, Err(CallError::Late(PATIENCE))));
    }
    let expected = PATIENCE..PATIENCE * 11 / 10;
    assert!(expected.contains(&together), "{together:?}");

    let start = Instant::now();
    let answers = one_after_the_other(&calls, PATIENCE).await;
    assert_eq!(answers.len(), 3);
    assert!(start.elapsed() >= PATIENCE * 3);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_says_how_long_it_was_waited_for() {
    let (_listening, url) = bad_servers::silent();
    let call = calls(&[&url]).remove(0);
    let error = ask(call, PATIENCE).await.unwrap_err();
    assert_eq!(error.to_string(), "no answer within 30s");
}

#[tokio::test]
async fn answers_keep_the_order_of_the_calls() {
    let (_held, nobody) = bad_servers::unreachable();
    let one = bad_servers::canned(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
    let two = bad_servers::canned(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n",
    );
    let calls = calls(&[&two, &nobody, &one]);
    let answers = at_the_same_time(&calls, PATIENCE).await;
    assert_eq!(answers[0].as_ref().unwrap(), "two");
    assert!(matches!(answers[1], Err(CallError::Connect(_))));
    assert_eq!(answers[2].as_ref().unwrap(), "one");
}

#[tokio::test]
async fn a_bad_answer_is_an_error_that_says_what_was_bad() {
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
        let error = get_text(&bad_servers::canned(answer)).await.unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with(why), "{error}");
        assert_eq!(error.lines().count(), 1);
    }
}

#[tokio::test]
async fn of_an_endless_answer_only_the_beginning_is_read() {
    // Announced: 100 MB. Sent: enough.
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n".to_vec();
    answer.resize(answer.len() + 2 * LONGEST_ANSWER, b'x');
    let text = get_text(&bad_servers::canned(answer.leak())).await.unwrap();
    assert!(text.starts_with("xxx") && text.ends_with(" ... (cut after 65536 bytes)"));
    assert_eq!(text.matches('x').count(), LONGEST_ANSWER);
}

#[tokio::test]
async fn the_server_answers_what_it_has_and_stops_when_dropped() {
    let routes = vec![Route::new("/a", "Data from A", Duration::ZERO)];
    let server = ApiServer::start(routes).unwrap();
    let known = server.url("/a");
    let unknown = server.url("/b");
    assert_eq!(get(&known).await.unwrap(), "Data from A");
    let refused = get(&unknown).await;
    assert!(matches!(refused, Err(CallError::Status(status)) if status == 404));

    drop(server);
    assert!(get(&known).await.is_err());
}

#[tokio::test]
async fn a_server_stops_in_the_middle_of_an_answer() {
    let routes = vec![Route::new("/", "", Duration::from_hours(1))];
    let server = ApiServer::start(routes).unwrap();
    let url = server.url("/");
    let asked = tokio::spawn(async move { get(&url).await });
    while server.counts().now == 0 {
        tokio::task::yield_now().await;
    }

    drop(server);
    assert!(asked.await.unwrap().is_err());
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
