//! `server`: thousands of clients that keep their connections, served by one thread with a task for each.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::connection::{Limits, connection};

/// Serves until `stop`, then lets the connections finish, for at most `limits.drain`. Returns whether all of them did.
pub async fn serve(listener: TcpListener, limits: Limits, stop: CancellationToken) -> bool {
    let places = Arc::new(Semaphore::new(limits.connections));
    loop {
        let (place, stream) = tokio::select! {
            () = stop.cancelled() => break,
            client = next_client(&listener, &places) => client,
        };
        let stop = stop.clone();
        tokio::spawn(async move {
            connection(stream, limits, stop).await;
            drop(place);
        });
    }
    drop(listener);

    // A connection gives its place back when it ends. When all places are free again, all connections have ended.
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    timeout(limits.drain, places.acquire_many(all))
        .await
        .is_ok()
}

/// Waits until there is a place for one more client, then for a client.
async fn next_client(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (OwnedSemaphorePermit, TcpStream) {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.expect("the semaphore is never closed");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (place, stream),
            // No file is left for one more connection: others will end.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}
