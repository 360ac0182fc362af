//! With the clock stopped, so that a tick falls between the halves each time.

use tokio::io::{AsyncWriteExt, duplex};
use tokio::time::sleep;

use super::*;

fn run<F: Future<Output = Vec<String>>>(
    read: impl FnOnce(tokio::io::DuplexStream, Duration) -> F,
) -> Vec<String> {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let (mut sender, receiver) = duplex(64);
        tokio::spawn(async move {
            for half in ["message ", "1.......", "message ", "2......."] {
                sender.write_all(half.as_bytes()).await.unwrap();
                sleep(Duration::from_secs(3)).await;
            }
        });
        read(receiver, Duration::from_secs(1)).await
    })
}

#[test]
fn a_dropped_read_loses_what_it_had() {
    assert_eq!(run(new_read_each_time), Vec::<String>::new());
}

#[test]
fn a_read_that_is_kept_loses_nothing() {
    assert_eq!(
        run(same_read_until_it_is_done),
        ["message 1.......", "message 2......."]
    );
}
