//! The web server against clients that mean no good: the others are served, and each of these is cut off in time.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use lesson_03_async::connection::Limits;
use lesson_03_async::server::serve;
use lesson_03_async::support::background::Background;
use lesson_03_async::support::memory::resident;

use super::PROGRAM;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";

/// Short times, so that the tests are; what they check is that there is an end, and for which clients.
fn hasty() -> Limits {
    Limits {
        header: Duration::from_millis(300),
        age: Duration::from_millis(900),
        drain: Duration::from_millis(300),
        ..Limits::default()
    }
}

fn start(limits: Limits) -> Background {
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Background::start(any_port, |listener, stop| serve(listener, limits, stop));
    server.expect("a free port")
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it serves");
    // Only a server that never cuts off meets this.
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("it is not zero");
    stream
}

/// Reads everything that the server says until it hangs up, however it does that.
fn until_cut_off(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => all.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("not cut off: {error}"),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn is_served(address: SocketAddr) {
    let mut stream = connect(address);
    stream
        .write_all(REQUEST)
        .expect("the server takes a request");
    let mut answer = [0; 512];
    let length = stream.read(&mut answer).expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("Hello, world\n"),
        "{answer}"
    );
}

#[test]
fn a_client_that_never_finishes_its_header_is_cut_off() {
    let server = start(hasty());
    let mut slow = connect(server.address());
    let start = Instant::now();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nx: ").unwrap();
    let mut also_slow = slow.try_clone().unwrap();
    // A byte now and then does not win more time.
    std::thread::spawn(move || {
        while also_slow.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    is_served(server.address());
    until_cut_off(&mut slow);
    let held = start.elapsed();
    assert!(
        held >= Duration::from_millis(290) && held < Duration::from_secs(10),
        "{held:?}"
    );
}

#[test]
fn a_client_that_says_nothing_is_cut_off() {
    let server = start(hasty());
    let mut silent = connect(server.address());
    let mut idle = connect(server.address());
    idle.write_all(REQUEST).unwrap();
    is_served(server.address());
    assert_eq!(until_cut_off(&mut silent), "");
    assert!(
        until_cut_off(&mut idle).ends_with("Hello, world\n"),
        "one answer, then idle too long"
    );
}

#[test]
fn a_client_that_closed_its_half_gets_its_answer_and_the_end() {
    let server = start(hasty());
    let mut half = connect(server.address());
    half.write_all(REQUEST).unwrap();
    half.shutdown(Shutdown::Write).unwrap();
    until_cut_off(&mut half);
    is_served(server.address());
}

#[test]
fn a_header_of_a_megabyte_is_refused_before_it_is_all_there() {
    let server = start(hasty());
    let before = resident();
    let mut many: Vec<TcpStream> = (0..20).map(|_| connect(server.address())).collect();
    for stream in &mut many {
        let mut header = b"GET / HTTP/1.1\r\nhost: h\r\nx: ".to_vec();
        header.resize(1 << 20, b'x');
        // It hangs up in the middle of this.
        let _ = stream.write_all(&header);
    }
    is_served(server.address());
    for stream in &mut many {
        let answer = until_cut_off(stream);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
            "{answer}"
        );
    }
    if let (Some(before), Some(now)) = (before, resident()) {
        assert!(
            now.saturating_sub(before) < 10 << 20,
            "20 MB were sent; {before} bytes before, {now} now"
        );
    }
}

#[test]
fn garbage_is_answered_with_the_end() {
    let server = start(hasty());
    let mut rude = connect(server.address());
    let _ = rude.write_all(b"\x16\x03\x01 what is this\r\n\r\n");
    let answer = until_cut_off(&mut rude);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
        "{answer}"
    );
    is_served(server.address());
}

#[test]
fn a_client_that_asks_and_never_reads_is_cut_off_at_its_age() {
    let server = start(hasty());
    let deaf = connect(server.address());
    let start = Instant::now();
    deaf.set_nonblocking(true).unwrap();
    let requests = REQUEST.repeat(1000);
    // Until the server takes no more, because its answers are not taken; then until it hangs up.
    let error = loop {
        match (&deaf).write(&requests) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) => break error,
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "it was never cut off"
        );
    };
    assert!(
        matches!(
            error.kind(),
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe
        ),
        "{error}"
    );
    is_served(server.address());
}

#[test]
fn there_are_never_more_connections_than_allowed() {
    let server = start(Limits {
        connections: 2,
        ..hasty()
    });
    let _held = [connect(server.address()), connect(server.address())];
    // The third is served when one of the others has been cut off.
    is_served(server.address());
}

#[test]
fn it_stops_in_time_whatever_the_clients_do() {
    let server = start(Limits {
        header: Duration::from_mins(1),
        age: Duration::from_mins(1),
        ..hasty()
    });
    let mut idle = connect(server.address());
    let mut unfinished = connect(server.address());
    idle.write_all(REQUEST).unwrap();
    assert!(idle.read(&mut [0; 512]).unwrap() > 0);
    unfinished.write_all(b"GET / HT").unwrap();
    is_served(server.address());
    let address = server.address();
    let start = Instant::now();
    drop(server);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert!(
        TcpStream::connect(address).is_err(),
        "it takes no new clients"
    );
    assert_eq!(until_cut_off(&mut idle), "");
    until_cut_off(&mut unfinished);
}

/// Sends SIGTERM to `server --serve` while a client is there.
#[test]
fn after_a_signal_it_drains_and_ends_within_the_stated_time() {
    use nix::sys::signal::{Signal, kill};
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let mut command = Command::new(PROGRAM);
    command.args(["server", "--serve", "--timeline", "never"]);
    let mut server = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let address =
        said.find_map(|line| Some(line.split_once("http://")?.1.split_once('/')?.0.to_owned()));
    let address: SocketAddr = address.expect("it says where it serves").parse().unwrap();
    is_served(address);
    let mut unfinished = connect(address);
    unfinished.write_all(b"GET / HT").unwrap();
    is_served(address);

    let start = Instant::now();
    kill(
        nix::unistd::Pid::from_raw(i32::try_from(server.id()).unwrap()),
        Signal::SIGTERM,
    )
    .unwrap();
    let rest: Vec<String> = said.collect();
    let code = server.wait().unwrap().code();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(code, Some(0), "{rest:#?}");
    assert!(
        rest.iter()
            .any(|line| line.contains("no new clients; those who are here have 3s to finish")),
        "{rest:#?}"
    );
}
