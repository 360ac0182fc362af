//! The demo `cancel-safety`.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use common::{Demo, Difference, Failure, Outcome, Run, in_words};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tracing::{Instrument, info, info_span};

use crate::pitfalls::cancel_safety::{LENGTH, new_read_each_time, same_read_until_it_is_done};
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new(
        "cancel-safety",
        "a read that loses bytes when it loses a race",
        run,
    )
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let pause = run.pace.seconds(0.2).max(Duration::from_millis(10));
    let tick = pause / 3;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let (broken, fixed) = block_on(&runtime, async {
        let one = TcpStream::connect(slow_sender(pause)?).await?;
        let other = TcpStream::connect(slow_sender(pause)?).await?;
        let broken = new_read_each_time(one, tick);
        let broken = broken.instrument(info_span!("read", task = "broken"));
        let fixed = same_read_until_it_is_done(other, tick);
        let fixed = fixed.instrument(info_span!("read", task = "fixed"));
        io::Result::Ok(tokio::join!(broken, fixed))
    })?;

    let sent = 4 * LENGTH;
    let read: usize = broken.iter().map(String::len).sum();
    let broken = in_words(&json!(broken));
    info!("{sent} bytes sent; broken read {read}: {broken}");
    let fixed_read: usize = fixed.iter().map(String::len).sum();
    info!("fixed read {fixed_read}: {}", in_words(&json!(fixed)));
    let lost = Difference::new("bytes lost", "broken", "read")
        .way("broken", sent - read)
        .way("fixed", sent - fixed_read);
    let results = json!({ "lost_bytes": sent - read, "fixed": fixed });
    Ok(Outcome::new(results).difference(lost))
}

/// Sends four messages in two halves each, with a pause between the halves, on a connection of its own.
fn slow_sender(pause: Duration) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || -> io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        for number in 1..=4 {
            let message = format!("{:.<LENGTH$}", format!("message {number}"));
            for half in message.as_bytes().chunks(LENGTH / 2) {
                stream.write_all(half)?;
                thread::sleep(pause);
            }
        }
        Ok(())
    });
    Ok(address)
}
