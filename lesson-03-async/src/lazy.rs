//! `lazy`: a future does nothing until it is polled.
//!
//! First one that is never awaited. Then one that is polled by hand, as an executor would: `poll` runs it up to the
//! next place where it has to wait, and says whether it is finished.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;
use tracing::{info, info_span};

/// Waits for two numbers, one after the other, and adds them. Each line says how far it has come.
pub async fn add(
    a: oneshot::Receiver<u32>,
    b: oneshot::Receiver<u32>,
) -> Result<u32, oneshot::error::RecvError> {
    info!("add: the body begins, and waits for a");
    let a = a.await?;
    info!("add: a is {a}, now it waits for b");
    let b = b.await?;
    info!("add: b is {b}, the end");
    Ok(a + b)
}

/// Makes a future and drops it.
pub fn forgotten() {
    let (_send_a, a) = oneshot::channel();
    let (_send_b, b) = oneshot::channel();

    let future = add(a, b);
    info!("a future was made, and is not awaited");
    drop(future);
    info!("it was dropped: not one line of its body has run");
}

/// Polls once. The waker does nothing: a caller that polls by hand decides itself when to ask again.
fn poll_once<T>(future: Pin<&mut impl Future<Output = T>>, number: u32) -> Option<T> {
    let _span = info_span!("poll", number).entered();
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => {
            info!("poll {number} says: Pending");
            None
        }
        Poll::Ready(value) => {
            info!("poll {number} says: Ready");
            Some(value)
        }
    }
}

/// Makes a future, polls it four times, and sends it the numbers it waits for in between. Returns what each poll gave.
pub fn by_hand() -> Vec<Option<u32>> {
    let (send_a, a) = oneshot::channel();
    let (send_b, b) = oneshot::channel();
    // Pinned: from the first poll on it must stay where it is in memory.
    let mut future = pin!(add(a, b));
    info!("a future was made, {} bytes large", size_of_val(&*future));

    let mut polls = vec![poll_once(future.as_mut(), 1)];
    polls.push(poll_once(future.as_mut(), 2));
    info!("sending a");
    send_a.send(20).expect("the future is still waiting");
    polls.push(poll_once(future.as_mut(), 3));
    info!("sending b");
    send_b.send(22).expect("the future is still waiting");
    polls.push(poll_once(future.as_mut(), 4));

    let sum = |poll: Result<u32, _>| poll.expect("both numbers were sent");
    polls.into_iter().map(|poll| poll.map(sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::by_hand;

    #[test]
    fn each_poll_goes_as_far_as_it_can() {
        assert_eq!(by_hand(), [None, None, None, Some(42)]);
    }
}
